"""Signals of the change log and the audit trail."""

from django.dispatch import Signal

change_committed = Signal()
"""Sent once committed, with ``workspace_id``, ``scenario_id``, ``revision`` and ``change_id``."""

recorded = Signal()
"""Sent within the transaction for each new ``row``, a change or an audit entry.

Who must not lose it (webhooks, notifications) writes rows of its own in that
same transaction. It has no number yet: that is given at commit.
"""
