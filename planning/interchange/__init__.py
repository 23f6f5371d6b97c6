"""Files to Plan and Plan to files."""
