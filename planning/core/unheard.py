"""Constraints that move no date, so that nobody takes them for kept."""

from collections.abc import Iterator
from typing import NamedTuple

from planning.core.plan import Constraint, ConstraintType, Plan, Rules, Task, TaskKind
from planning.core.scheduling.nodes import OF_SUMMARIES

OF_EFFORT = "a level of effort takes the time of what it spans"
OF_SUMMARY = "a summary may only start no earlier or finish no later than a date"
OF_WBS = "by the rules of Primavera P6 a summary has no constraints"


class Unheard(NamedTuple):
    """One constraint, the field of its task that holds it, and why it has no effect."""

    task: Task
    field: str
    constraint: Constraint
    why: str


def unheard_constraints(plan: Plan) -> Iterator[Unheard]:
    """Yield each constraint of a summary or a level of effort that the scheduler does not hear.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings
    >>> wish = Constraint(ConstraintType.MSO, datetime(2026, 2, 2, 8))
    >>> tasks = (Task("S", "Phase", kind=TaskKind.SUMMARY, constraint=wish),)
    >>> plan = Plan(ProjectSettings("Shed", datetime(2026, 1, 5, 8)), tasks=tasks)
    >>> [one.why for one in unheard_constraints(plan)]
    ['a summary may only start no earlier or finish no later than a date']
    """
    parents = plan.parents()
    for task in plan.tasks:
        if task.constraint is None and task.constraint2 is None:
            continue
        is_summary = task.kind is TaskKind.SUMMARY or task.key in parents
        if not is_summary and task.kind is not TaskKind.EFFORT:
            continue
        for field in ("constraint", "constraint2"):
            one: Constraint | None = getattr(task, field)
            if one is None or one.type is ConstraintType.ASAP:
                continue
            reason = _of_summary(one, plan) if is_summary else OF_EFFORT
            if reason:
                yield Unheard(task, field, one, reason)


def _of_summary(constraint: Constraint, plan: Plan) -> str:
    """Return why a summary's constraint has no effect; nothing where it has one."""
    if plan.project.rules is Rules.P6:
        return OF_WBS
    return "" if constraint.type in OF_SUMMARIES else OF_SUMMARY
