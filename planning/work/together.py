"""The work beside the plan, of several tasks at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from lineo.accounts.models import User
from planning.models import Cycle, Priority, Scenario
from planning.selectors import tasks_of, with_scenario
from planning.work.facts import NOTHING, Work
from planning.work.services import set_works


@dataclass(frozen=True, slots=True)
class Teamwork:
    """What several tasks shall have in common; people and labels come on top of their own."""

    adds: Sequence[User] = ()
    drops: Sequence[User] = ()
    labels: Sequence[str] = ()
    dropped_labels: Sequence[str] = ()
    priority: Priority | None = None
    cycle: Cycle | None = None
    is_cycle_set: bool = False

    def facts_for(self, work: Work) -> dict[str, Any]:
        """Return what a task with that work gets, as ``set_works`` takes it; nothing stays out."""
        facts: dict[str, Any] = {}
        if self.adds or self.drops:
            people = {person.pk: person for person in (*work.assignees, *self.adds)}
            gone = {person.pk for person in self.drops}
            facts["assignees"] = [people[pk] for pk in people if pk not in gone]
        if self.labels or self.dropped_labels:
            names = [*(label.name for label in work.labels), *self.labels]
            facts["labels"] = [name for name in names if name not in self.dropped_labels]
        if self.priority is not None:
            facts["priority"] = self.priority
        if self.is_cycle_set:
            facts["cycle"] = self.cycle
        return facts


@transaction.atomic
def set_together(
    scenario: Scenario, keys: Collection[str], wanted: Teamwork, *, actor: User
) -> None:
    """Give several tasks the same people, labels, priority or cycle: all of them, or none."""
    if not wanted.facts_for(NOTHING):
        return
    rows = list(with_scenario(tasks_of(scenario).filter(key__in=keys)))
    if rows:
        set_works(rows, actor=actor, wanted=lambda _key, work: wanted.facts_for(work))
