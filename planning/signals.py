"""Signals of plans: while a change is under way, and once it is committed."""

from django.dispatch import Signal

plan_drafted = Signal()
"""Sent before anything of a change is written, with ``scenario``, ``plan`` and its ``edits``.

Whoever listens may refuse the change with a ``ValidationError``.
"""

plan_written = Signal()
"""Sent within the transaction that makes a revision, with ``scenario``, ``plan`` and ``change``.

Nobody may refuse any more. To act on what is committed, listen to
:data:`lineo.activity.signals.change_committed`.
"""

shown_changed = Signal()
"""Sent within the transaction that archives, restores or deletes the scenario that a project
shows to others, with ``project_id``.

Whoever listens may refuse it with a ``ValidationError``.
"""

zone_changed = Signal()
"""Sent within the transaction that gives a ``project`` another time zone."""

baseline_changed = Signal()
"""Sent on commit with ``workspace_id``, ``project_id`` and ``scenario_id``, the new baseline's."""
