"""What a plan says that moves no date, so that nobody takes it for kept."""

from collections.abc import Iterator
from typing import NamedTuple

from planning.core.plan import Constraint, ConstraintType, Plan, Rules, Task, TaskKind
from planning.core.scheduling.nodes import OF_SUMMARIES

OF_EFFORT = "a level of effort takes the time of what it spans"
OF_SUMMARY = "a summary may only start no earlier or finish no later than a date"
OF_WBS = "by the rules of Primavera P6 a summary has no constraints"
NOT_BEGUN = "work has not begun without an actual start, or a share that is done by a data date"


class Unheard(NamedTuple):
    """One field of a task that has no effect: which, what it says, and why."""

    task: Task
    field: str
    what: str
    why: str


def unheard(plan: Plan) -> Iterator[Unheard]:
    """Yield constraints and progress that the scheduler does not hear.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings
    >>> wish = Constraint(ConstraintType.MSO, datetime(2026, 2, 2, 8))
    >>> tasks = (Task("S", "Phase", kind=TaskKind.SUMMARY, constraint=wish),)
    >>> plan = Plan(ProjectSettings("Shed", datetime(2026, 1, 5, 8)), tasks=tasks)
    >>> [(one.what, one.why) for one in unheard(plan)]
    [('constraint MSO', 'a summary may only start no earlier or finish no later than a date')]
    """
    saying = [task for task in plan.tasks if _says_something(task)]
    parents = plan.parents() if saying else frozenset[str]()
    for task in saying:
        if task.kind is TaskKind.SUMMARY or task.key in parents:
            yield from _constraints(task, _of_summary(plan))
        elif task.kind is TaskKind.EFFORT:
            yield from _constraints(task, dict.fromkeys(ConstraintType, OF_EFFORT))
        elif task.kind is TaskKind.TASK and not plan.has_begun(task):
            yield from _progress(task, plan)


def _says_something(task: Task) -> bool:
    return bool(
        task.constraint
        or task.constraint2
        or task.percent_complete
        or task.remaining_minutes is not None
    )


def _of_summary(plan: Plan) -> dict[ConstraintType, str]:
    """Return why a summary's constraints have no effect, of those that have none."""
    if plan.project.rules is Rules.P6:
        return dict.fromkeys(ConstraintType, OF_WBS)
    return dict.fromkeys(set(ConstraintType) - OF_SUMMARIES, OF_SUMMARY)


def _constraints(task: Task, why: dict[ConstraintType, str]) -> Iterator[Unheard]:
    for field in ("constraint", "constraint2"):
        one: Constraint | None = getattr(task, field)
        # As soon as possible is what everything does.
        if one is not None and one.type is not ConstraintType.ASAP and one.type in why:
            yield Unheard(task, field, f"constraint {one.type}", why[one.type])


def _progress(task: Task, plan: Plan) -> Iterator[Unheard]:
    """Yield what is reported of work that counts as not begun, in Lineo's own plans."""
    if plan.project.rules is not Rules.LINEO or task.is_manual:
        return
    if task.percent_complete > 0:
        yield Unheard(task, "percent_complete", "progress", NOT_BEGUN)
    if task.remaining_minutes not in (None, task.duration_minutes):
        yield Unheard(task, "remaining", "remaining duration", NOT_BEGUN)
