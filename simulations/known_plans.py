"""The plans that a worker has seen, brought up to date by what was changed since.

Reading 2,000 tasks costs more than simulating them. A worker that lives on
keeps the plan of each scenario that it looked at last, and carries out the
edits that the change log has had since.
"""

from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from lineo.activity.models import Change
from planning import snapshot
from planning.core.diff import apply
from planning.core.edits import Edit
from planning.core.plan import Plan, PlanError
from planning.models import Scenario

MOST_PLANS = 24
MOST_CHANGES = 50
MOST_CARRIED = 1_000


@dataclass(frozen=True, slots=True)
class KnownPlan:
    """A plan, the revision that it is of, and how many changes were carried out on it here."""

    plan: Plan
    revision: int
    head: UUID
    carried: int = 0


class KnownPlans:
    """The plans of the scenarios that were looked at last."""

    def __init__(self, most: int = MOST_PLANS) -> None:
        self._most = most
        self._held: OrderedDict[UUID, KnownPlan] = OrderedDict()

    def plan_of(self, scenario: Scenario, *, afresh: bool = False) -> KnownPlan:
        """Return the scenario's plan as it stands, read afresh where the log does not tell."""
        held = None if afresh else self._held.get(scenario.pk)
        found = held and _carried_on(held, scenario)
        if found is None:
            read = snapshot.cached(scenario)
            found = KnownPlan(read.plan, scenario.revision, scenario.head)
        self._held[scenario.pk] = found
        self._held.move_to_end(scenario.pk)
        while len(self._held) > self._most:
            self._held.popitem(last=False)
        return found


def _carried_on(held: KnownPlan, scenario: Scenario) -> KnownPlan | None:
    """Return ``held`` as it stands now; None where it has to be read."""
    if held.head == scenario.head:
        return held
    behind = scenario.revision - held.revision
    if not 0 < behind <= MOST_CHANGES or held.carried + behind > MOST_CARRIED:
        return None
    rows = Change.objects.filter(subject_id=scenario.pk, revision__gt=held.revision)
    changes = list(rows.filter(revision__lte=scenario.revision).order_by("revision"))
    if len(changes) != behind or changes[-1].pk != scenario.head:
        return None
    plan = held.plan
    try:
        for change in changes:
            plan = apply([Edit.from_json(edit) for edit in change.edits], plan)
    except PlanError:
        return None
    return KnownPlan(plan, scenario.revision, scenario.head, held.carried + behind)
