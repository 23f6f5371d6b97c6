"""Plan → Schedule: exact dates, floats and reasons, by the plan's family of rules.

The rules, with their sources, are written in ``docs/method.md``.
"""

from planning.core.plan import Plan, Task
from planning.core.scheduling import increment
from planning.core.scheduling.basis import Basis
from planning.core.scheduling.order import CircleError
from planning.core.scheduling.result import Reason, Schedule, ScheduledTask

__all__ = [
    "CircleError",
    "Reason",
    "Schedule",
    "ScheduledTask",
    "reschedule",
    "schedule",
    "start_if",
]


def schedule(plan: Plan) -> Schedule:
    """Schedule a plan: every date, to the minute, and why.

    Deterministic; the order of rows changes nothing but the order of the
    result. Time and memory are linear in tasks and links.

    Parameters
    ----------
    plan : Plan
        Any plan; what it refers to must be there.

    Returns
    -------
    schedule : Schedule
        Dates of every task and summary, in table order.

    Raises
    ------
    CircleError
        If links make a circle; it names the tasks.
    PlanError
        If something referred to is not there, or a calendar has no working
        time where the plan needs it.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings, Task, standard_calendar
    >>> plan = Plan(
    ...     ProjectSettings("House", datetime(2026, 1, 5, 8)),
    ...     (standard_calendar(),),
    ...     (Task("dig", "Dig", duration_minutes=480),),
    ... )
    >>> schedule(plan).task("dig").finish
    datetime.datetime(2026, 1, 5, 17, 0)
    """
    return Basis.of(plan).schedule()


def reschedule(former: Schedule, plan: Plan) -> Schedule:
    """Schedule a plan that is an edit of one scheduled before.

    Gives what :func:`schedule` gives, and computes only what can move: forward
    from what was touched, backward from what changed. What the two plans share
    is told by identity, so an edit by :func:`dataclasses.replace` is fastest.

    Parameters
    ----------
    former : Schedule
        The schedule of the former plan; it stays as it is.
    plan : Plan
        The edited plan.

    Raises
    ------
    CircleError, PlanError
        As :func:`schedule`.
    """
    if isinstance(former.basis, Basis):
        basis = increment.after(former.basis, plan)
        if basis is not None:
            return basis.schedule(former.tasks if basis.has_summaries_of(former.basis) else None)
    return schedule(plan)


def start_if(dates: Schedule, plan: Plan, task: Task) -> int:
    """Return the early start, as an instant, that ``task`` would have in place of its former self.

    Nothing else is computed anew, so its duration and its progress must be the same.

    Parameters
    ----------
    dates : Schedule
        The schedule of ``plan``.
    task : Task
        A leaf of the plan with other constraints, not as late as possible.
    """
    basis = dates.basis if isinstance(dates.basis, Basis) else Basis.of(plan)
    return basis.start_if(task)
