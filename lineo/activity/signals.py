"""Signals of the change log, sent once the transaction has committed."""

from django.dispatch import Signal

change_committed = Signal()
"""Sent with ``workspace_id``, ``scenario_id``, ``revision`` and ``change_id``."""
