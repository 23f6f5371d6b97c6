"""References that back an estimate or a decision."""
