"""What happens to people, told on commit to whoever stands above.

Receivers get ids and run outside any workspace context: they open their own.
"""

from typing import Any

from django.db import transaction
from django.dispatch import Signal

# person_id, workspace_id (the one they land in, or None)
signed_in = Signal()
# person_id, workspace_id
signed_out = Signal()
# workspace_id, person_id, actor_id, before, after (a role, "suspended", or None)
role_changed = Signal()


def send_on_commit(signal: Signal, **facts: Any) -> None:
    """Send ``signal`` once the transaction has committed; a receiver's failure is logged."""
    transaction.on_commit(lambda: signal.send_robust(None, **facts))
