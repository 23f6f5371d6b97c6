"""Commands of the plan: schedule, diff, health and convert read files alone."""
