"""What people type and paste, as values, and values in the words that they type."""
