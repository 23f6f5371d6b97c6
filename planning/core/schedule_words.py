"""A schedule in the words of ``schedule --json``."""

from typing import Any

from planning.core.fields import write_moment
from planning.core.plan import Plan, TaskKind
from planning.core.schedule import Schedule, ScheduledTask

_MOMENTS = (
    "start",
    "finish",
    "early_start",
    "early_finish",
    "late_start",
    "late_finish",
)


def schedule_to_words(plan: Plan, schedule: Schedule) -> dict[str, Any]:
    """Return the project's and every task's dates as plain JSON values.

    Parameters
    ----------
    plan : Plan
        What was scheduled.
    schedule : Schedule
        Its dates.

    Returns
    -------
    dict
        ``project`` and ``tasks`` of ``schedule --json``, tasks in table order;
        whatever has tasks below it is a summary.
    """
    parents = plan.parents()
    return {
        "project": {
            "name": plan.project.name,
            "start": write_moment(schedule.start),
            "finish": write_moment(schedule.finish),
            "data_date": write_moment(plan.project.data_date),
            "minutes_per_day": plan.project.minutes_per_day,
        },
        "tasks": [
            {
                "id": task.key,
                "name": task.name,
                "kind": str(TaskKind.SUMMARY if task.key in parents else task.kind),
            }
            | _dates(schedule.tasks[task.key])
            for task in plan.tasks
        ],
    }


def _dates(task: ScheduledTask) -> dict[str, Any]:
    return {
        **{name: write_moment(getattr(task, name)) for name in _MOMENTS},
        "total_float_minutes": task.total_float_minutes,
        "free_float_minutes": task.free_float_minutes,
        "critical": task.critical,
        "driven_by": [reason.to_json() for reason in task.driven_by],
        "limited_by": [reason.to_json() for reason in task.limited_by],
        "on_longest_path": task.on_longest_path,
        "network_start": write_moment(task.network_start),
        "network_finish": write_moment(task.network_finish),
    }
