"""What people say about a plan: comments, updates on a timeline, references."""
