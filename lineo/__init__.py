"""Lineo: a decision engine for project plans."""

__version__ = "0.1.0"
