"""Signals of the change log and the audit trail."""

from django.dispatch import Signal

change_committed = Signal()
"""Sent once committed, with ``workspace_id``, ``scenario_id``, ``revision`` and ``change_id``, and
the change's ``edits`` in the words of the log.

All who listen share one transaction, so none may catch an error of the database: then each is told
again in a transaction of its own, and what still fails is logged.
"""

recorded = Signal()
"""Sent within the transaction for each new ``row``, a change or an audit entry.

Who must not lose it (webhooks, notifications) writes rows of its own in that
same transaction. It has no number yet: that is given at commit.
"""
