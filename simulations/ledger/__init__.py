"""What was promised, how its chance went, and how good the estimates behind it were."""
