"""What simulations tell those who listen, once the transaction has committed."""

from django.dispatch import Signal

forecast_stored = Signal()
"""Sent with ``workspace_id``, ``scenario_id``, ``revision`` and ``record_id``."""
