"""The plan: rows, services and pages around the pure core."""
