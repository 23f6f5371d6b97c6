"""Keyed draws, their laws and what ties them."""
