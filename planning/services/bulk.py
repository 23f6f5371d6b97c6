"""Many rows at once: one change, one undo, all or nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.utils.translation import ngettext

from lineo.accounts.models import User
from lineo.activity.models import Change
from planning.core.plan import Plan, PlanError
from planning.models import Scenario, Task
from planning.services.commit import Expected, Meaning, commit
from planning.services.tasks import new_keys

Keys = Sequence[str | None]


def change_many(
    scenario: Scenario,
    *,
    actor: User | None,
    change: Callable[[Plan], Plan],
    count: int,
    expected: Iterable[Expected] = (),
    expected_revision: int | None = None,
) -> Change | None:
    """Do to ``count`` rows what ``change`` does, as one change."""
    said = ngettext("Changed %(count)d row at once", "Changed %(count)d rows at once", count)
    return commit(
        scenario,
        meaning=Meaning(actor, "bulk", said % {"count": count}),
        change=change,
        expected=expected,
        expected_revision=expected_revision,
    )


def keys_for(scenario: Scenario, plan: Plan, wanted: Keys) -> list[str]:
    """Return the keys of new tasks: those that were chosen, made ones for the rest.

    A key is the same task in every scenario of the project, so one that any of
    them has can't be chosen for a new task.

    Raises
    ------
    PlanError
        If a key is taken, with its place in ``wanted``.
    """
    chosen = [key for key in wanted if key is not None]
    rows = Task.objects.filter(scenario__project=scenario.project_id, key__in=chosen)
    taken = set(rows.values_list("key", flat=True))
    for place, key in enumerate(wanted):
        if key is not None and (key in taken or wanted.index(key) < place):
            raise PlanError("is the key of another task of this project", path=f"[{place}].key")
    made = _made_keys(scenario, plan, len(wanted) - len(chosen), set(chosen))
    return [key if key is not None else next(made) for key in wanted]


def _made_keys(scenario: Scenario, plan: Plan, count: int, chosen: set[str]) -> Iterator[str]:
    found = new_keys(scenario, plan, count + len(chosen)) if count else []
    return iter([key for key in found if key not in chosen])
