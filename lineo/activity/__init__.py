"""The change log and what reads it."""
