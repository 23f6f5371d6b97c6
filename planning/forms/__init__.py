"""What people send, as forms: one module for each thing that is edited."""
