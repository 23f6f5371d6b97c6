"""The deterministic engine, in small steps: lower, forward, backward, explain."""
