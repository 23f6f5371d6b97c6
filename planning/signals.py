"""Signals of plans, sent once the transaction has committed."""

from django.dispatch import Signal

baseline_changed = Signal()
"""Sent with ``workspace_id``, ``project_id`` and ``scenario_id``, the new baseline's."""
