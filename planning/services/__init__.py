"""Writes: one function for each intention of a person, each atomic."""
