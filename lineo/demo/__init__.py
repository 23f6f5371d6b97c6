"""What `manage.py demo` starts, watches and stops, and what it prints."""
