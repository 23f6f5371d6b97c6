"""What people are told: in the page, by mail, and when a chance falls."""
