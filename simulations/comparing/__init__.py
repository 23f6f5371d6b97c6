"""Scenarios in the same futures: paired comparison, and what a merge would do."""
