"""The Plan value and everything computed from it, in the standard library alone."""
