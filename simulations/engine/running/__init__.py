"""A lowered plan is simulated, in blocks of iterations and on threads."""
