"""The points that ask the schedule itself: does the critical path hold?"""

from dataclasses import replace
from datetime import datetime

from planning.core.health_data import Finding, HealthData, Status
from planning.core.plan import Plan, Task
from planning.core.schedule import schedule

PROBE_DAYS = 600
INDEX_THRESHOLD = 0.95


def critical_path_test(data: HealthData) -> Finding:
    """Return whether the finish moves when a critical task takes 600 days more.

    The plan is really scheduled again with the longer task. Where its calendar
    differs from the project's, the finish must move as far as the task's own
    finish does.
    """
    title = "Critical path test"
    probe = _probe(data)
    if probe is None:
        advice = "No task on the critical path is left to lengthen."
        return Finding(
            "critical_path_test", title, Status.NOT_APPLICABLE, None, PROBE_DAYS, "days", (), advice
        )
    before = data.scheduled(probe)
    longer = schedule(_lengthened(data.plan, probe))
    after = longer.tasks[probe.key]
    expected = data.minutes_between(before.finish, after.finish)
    moved = data.minutes_between(data.dates.finish, longer.finish)
    is_passed = moved >= expected > 0
    advice = (
        "The finish moves with the critical path."
        if is_passed
        else f"The finish does not move with “{probe.name}”: look for missing links and fixed "
        "dates between it and the end of the plan."
    )
    status = Status.PASS if is_passed else Status.FAIL
    value = round(data.days(moved) * _share(data, expected), 2)
    tasks = () if is_passed else (probe.key,)
    return Finding("critical_path_test", title, status, value, PROBE_DAYS, "days", tasks, advice)


def critical_path_length_index(data: HealthData) -> Finding:
    """Return CPLI: (what is left + float to the wanted finish) / what is left."""
    title = "Critical path length index"
    wanted = wanted_finish(data)
    finish = data.dates.finish
    start = data.plan.project.data_date or data.dates.start
    left = data.minutes_between(start, finish)
    if wanted is None or left <= 0:
        advice = (
            "There is no work left."
            if left <= 0
            else "Give the plan a target, a date that it must finish by, or promised dates."
        )
        return Finding(
            "cpli", title, Status.NOT_APPLICABLE, None, INDEX_THRESHOLD, "ratio", (), advice
        )
    value = round((left + data.minutes_between(finish, wanted)) / left, 4)
    is_passed = value >= INDEX_THRESHOLD
    advice = (
        "What is left fits before the wanted finish."
        if is_passed
        else "The critical path is longer than the time that is left: shorten it or agree on a "
        "later finish."
    )
    tasks = () if is_passed else _critical(data)
    status = Status.PASS if is_passed else Status.FAIL
    return Finding("cpli", title, status, value, INDEX_THRESHOLD, "ratio", tasks, advice)


def wanted_finish(data: HealthData) -> datetime | None:
    """Return the date to be met: must finish by, target, or the last promised finish."""
    project = data.plan.project
    promised = [task.promised_finish for task in data.leaves if task.promised_finish]
    return project.must_finish_by or project.target or max(promised, default=None)


def _probe(data: HealthData) -> Task | None:
    """Return the earliest critical task to lengthen, best one that has not begun."""
    fitting = [
        task
        for task in data.open_tasks
        if data.scheduled(task).critical
        and not task.is_manual
        and task.expected_finish is None
        and task.duration_minutes > 0
    ]
    return min(
        fitting,
        key=lambda task: (data.plan.has_begun(task), data.scheduled(task).start, task.key),
        default=None,
    )


def _lengthened(plan: Plan, probe: Task) -> Plan:
    day = 1440 if probe.elapsed else plan.project.minutes_per_day
    more = PROBE_DAYS * day
    left = probe.remaining_minutes
    if left is None and plan.has_begun(probe):
        left = round(probe.duration_minutes * (1 - probe.percent_complete / 100))
    longer = replace(
        probe,
        duration_minutes=probe.duration_minutes + more,
        remaining_minutes=None if left is None else left + more,
    )
    tasks = tuple(longer if task.key == probe.key else task for task in plan.tasks)
    return replace(plan, tasks=tasks)


def _share(data: HealthData, expected: int) -> float:
    """Return what makes 600 days of the task's calendar 600 days here."""
    asked = PROBE_DAYS * data.plan.project.minutes_per_day
    return asked / expected if expected > 0 else 1.0


def _critical(data: HealthData) -> tuple[str, ...]:
    return tuple(task.key for task in data.open_tasks if data.scheduled(task).critical)
