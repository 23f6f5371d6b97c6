"""Tasks offered while somebody types what a task waits for, or what waits for it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, CharField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from planning import selectors, snapshot, veil
from planning.core.circles import awaited_by, waiting_for
from planning.models import Scenario, Task

MOST = 8
MOST_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Offer:
    """A task that is offered, and whether a link to it would make a circle."""

    task: Task
    is_circle: bool


def offers(
    scenario: Scenario, typed: str, *, to: int | None = None, come_after: bool = False
) -> list[Offer]:
    """Return the tasks that ``typed`` may mean, and which of them can't be linked.

    They are offered to the task numbered ``to``: as what it waits for, or as what comes
    after it.
    """
    closing = _closing(scenario, to, come_after=come_after) if to else frozenset()
    found = tasks_like(scenario, typed, but=to, last=closing)
    return [Offer(task, task.key in closing) for task in found]


def _closing(scenario: Scenario, number: int, *, come_after: bool) -> frozenset[str]:
    """Return the tasks to which a link would make a circle; none of a task that is hidden."""
    closed_by = awaited_by if come_after else waiting_for
    for key in _readable(scenario).filter(number=number).values_list("key", flat=True):
        return closed_by(snapshot.plan_of(scenario), key)
    return frozenset()


def tasks_like(
    scenario: Scenario, typed: str, *, but: int | None = None, last: Collection[str] = ()
) -> list[Task]:
    """Return the tasks whose number, key or name ``typed`` may mean, the likeliest first.

    ``but`` is the number of the task that they are offered to, ``last`` the keys of those that
    come behind all others. Who may not read a task is offered it by no word of it.
    """
    text = typed.replace("\x00", "").strip().strip('"“”')[:MOST_CHARACTERS]
    if not text:
        return []
    code, _dash, number = text.rpartition("-")
    is_number = number.isdecimal() and code.casefold() in ("", scenario.project.code.casefold())
    digits = number if is_number else ""
    rows = _readable(scenario).annotate(digits=Cast("number", CharField()))
    wanted = Q(name__icontains=text) | Q(key__iexact=text)
    if digits:
        wanted |= Q(digits__startswith=digits)
    found = rows.filter(wanted)
    if but is not None:
        found = found.exclude(number=but)
    ranked = found.annotate(
        rank=Case(
            When(digits=digits, then=Value(0)),
            When(key__iexact=text, then=Value(0)),
            When(name__iexact=text, then=Value(1)),
            When(name__istartswith=text, then=Value(2)),
            When(digits__startswith=digits or "-", then=Value(3)),
            When(name__icontains=f" {text}", then=Value(4)),
            default=Value(5),
            output_field=IntegerField(),
        )
    )
    is_last = Q(key__in=last) if last else Q(pk=None)
    behind = Case(When(is_last, then=1), default=0, output_field=IntegerField())
    ordered = ranked.select_related("parent").order_by(behind, "rank", "position", "pk")
    return list(ordered[:MOST])


def _readable(scenario: Scenario) -> QuerySet[Task]:
    return selectors.tasks_of(scenario).exclude(pk__in=veil.hidden_ids())
