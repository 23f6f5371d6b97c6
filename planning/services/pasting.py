"""Pasting from a spreadsheet: one change and one undo, however many rows."""

from collections.abc import Sequence

from django.utils.translation import ngettext

from lineo.accounts.models import User
from lineo.activity.models import Change
from planning.core.plan import Plan
from planning.models import Scenario
from planning.services.commit import Meaning, commit
from planning.services.tasks import new_keys
from planning.typed.pasting import Paste, pasted_or_refused


def paste(scenario: Scenario, what: Paste, *, actor: User, count: int) -> Change | None:
    """Make new tasks of what was pasted, or write it over cells.

    Raises
    ------
    ValidationError
        With a sentence for each cell that does not fit; nothing is changed then.
    """

    def keys(plan: Plan, wanted: int) -> Sequence[str]:
        return new_keys(scenario, plan, wanted)

    if what.as_tasks:
        said = ngettext("Pasted %(count)d task", "Pasted %(count)d tasks", count)
    else:
        said = ngettext("Pasted over %(count)d row", "Pasted over %(count)d rows", count)
    return commit(
        scenario,
        meaning=Meaning(actor, "paste", said % {"count": count}),
        change=lambda plan: pasted_or_refused(scenario, plan, what, keys),
    )
