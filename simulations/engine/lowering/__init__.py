"""A plan becomes arrays: what each task draws, and how it is scheduled."""
