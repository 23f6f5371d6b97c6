"""The portfolio: every project on one axis, what waits for what, and goals in danger."""
