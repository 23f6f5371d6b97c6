"""The command line of the plan."""
