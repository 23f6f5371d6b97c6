"""Schedule quality: findings, never a grade.

The fourteen points of the Defense Contract Management Agency (DCMA) look at
the incomplete leaf tasks of a plan; level-of-effort tasks and inactive ones
are left out. A point that cannot be measured is ``not_applicable`` and says
why.

References
----------
.. [1] DCMA, "Earned Value Management System Program Analysis Pamphlet",
   DCMA-EA PAM 200.1, 2012, section 4.
"""

from collections.abc import Callable, Iterable

from planning.core.health_data import Finding, HealthData, Status
from planning.core.health_path import (
    INDEX_THRESHOLD,
    critical_path_length_index,
    critical_path_test,
)
from planning.core.plan import ConstraintType, Dependency, LinkType, Plan, Task
from planning.core.schedule import Schedule

LONG_DAYS = 44
SHARE_THRESHOLD = 5
FINISH_START_THRESHOLD = 90
HARD = {ConstraintType.MSO, ConstraintType.MFO, ConstraintType.SNLT, ConstraintType.FNLT}
NOTHING_LEFT = "No task is left to do."
NO_LINKS = "The plan has no links to tasks that are left to do."


def findings(plan: Plan, dates: Schedule | None = None) -> tuple[Finding, ...]:
    """Return the fourteen points, in the order of the DCMA.

    Parameters
    ----------
    plan : Plan
        A valid plan.
    dates : Schedule, optional
        Its schedule, where it is known already.

    Returns
    -------
    tuple of Finding
        Fourteen, whatever the plan. Two schedules are computed: the plan's own
        and that of the critical path test.
    """
    data = HealthData(plan, dates)
    return (
        _missing_logic(data),
        _leads(data),
        _lags(data),
        _finish_start(data),
        _hard_constraints(data),
        _high_float(data),
        _negative_float(data),
        _high_duration(data),
        _invalid_dates(data),
        _resources(),
        _missed_tasks(data),
        critical_path_test(data),
        critical_path_length_index(data),
        _baseline_execution_index(data),
    )


def _missing_logic(data: HealthData) -> Finding:
    have_before = {link.successor for link in data.plan.dependencies}
    have_after = {link.predecessor for link in data.plan.dependencies}

    def is_open(task: Task) -> bool:
        line = set(data.line(task))
        return not (line & have_before and line & have_after)

    advice = "Link each task to what it waits for and to what waits for it."
    return _share_of_tasks(data, "missing_logic", "Missing logic", is_open, advice)


def _leads(data: HealthData) -> Finding:
    links = [link for link in data.open_links if _lag_sign(link) < 0]
    advice = "Replace a lead by splitting the predecessor where the successor may begin."
    return _count("leads", "Leads", _waiting(links), advice, count=len(links))


def _lags(data: HealthData) -> Finding:
    advice = "Replace a lag by a task that says what takes the time."
    return _share_of_links(
        data, "lags", "Lags", lambda link: _lag_sign(link) > 0, advice, SHARE_THRESHOLD
    )


def _finish_start(data: HealthData) -> Finding:
    title = "Finish-to-start links"
    links = data.open_links
    if not links:
        return _not_applicable("relationship_types", title, 90, "percent", NO_LINKS)
    others = [link for link in links if link.type is not LinkType.FS]
    value = _percent(len(links) - len(others), len(links))
    is_passed = value >= FINISH_START_THRESHOLD
    advice = "Prefer finish-to-start: split tasks where work overlaps."
    return _finding(
        "relationship_types",
        title,
        value,
        FINISH_START_THRESHOLD,
        "percent",
        _waiting(others),
        advice,
        is_passed=is_passed,
    )


def _hard_constraints(data: HealthData) -> Finding:
    def is_hard(task: Task) -> bool:
        wishes = (task.constraint, task.constraint2)
        return any(wish is not None and wish.type in HARD for wish in wishes)

    advice = "Replace fixed dates by links, or by “no earlier than” and a deadline."
    return _share_of_tasks(data, "hard_constraints", "Hard constraints", is_hard, advice)


def _high_float(data: HealthData) -> Finding:
    advice = f"Look for missing successors: float above {LONG_DAYS} days is seldom real."
    return _share_of_tasks(
        data,
        "high_float",
        "High float",
        lambda task: data.days(data.total_float(task)) > LONG_DAYS,
        advice,
    )


def _negative_float(data: HealthData) -> Finding:
    late = [task.key for task in data.open_tasks if data.total_float(task) < 0]
    advice = "Dates are demanded that the plan cannot meet: shorten the path or move the dates."
    return _count("negative_float", "Negative float", late, advice)


def _high_duration(data: HealthData) -> Finding:
    def is_long(task: Task) -> bool:
        minutes = task.duration_minutes
        dates = data.scheduled(task)
        if task.elapsed:
            minutes = data.minutes_between(dates.start, dates.finish)
        return data.days(minutes) > LONG_DAYS

    advice = f"Split tasks longer than {LONG_DAYS} days into pieces whose progress can be seen."
    return _share_of_tasks(data, "high_duration", "High duration", is_long, advice)


def _invalid_dates(data: HealthData) -> Finding:
    title = "Invalid dates"
    data_date = data.plan.project.data_date
    if data_date is None:
        has_actuals = any(task.is_started for task in data.leaves)
        why = "Give the plan a data date: work has begun." if has_actuals else "Nothing has begun."
        return _not_applicable("invalid_dates", title, 0, "count", why)

    def is_invalid(task: Task) -> bool:
        actuals = (task.actual_start, task.actual_finish)
        if any(moment is not None and data.is_later(moment, data_date) for moment in actuals):
            return True
        dates = data.scheduled(task)
        ahead = (
            None if data.plan.has_begun(task) else dates.start,
            None if task.is_finished else dates.finish,
        )
        return any(moment is not None and data.is_later(data_date, moment) for moment in ahead)

    keys = [task.key for task in data.leaves if is_invalid(task)]
    advice = "What is done lies before the data date, what is left after it: correct the dates."
    return _count("invalid_dates", title, keys, advice)


def _resources() -> Finding:
    why = "Lineo plans time and keeps no resources; check assignments where they are kept."
    return _not_applicable("resources", "Resources", 0, "count", why)


def _missed_tasks(data: HealthData) -> Finding:
    title = "Missed tasks"
    due = due_tasks(data)
    if not due:
        return _not_applicable("missed_tasks", title, SHARE_THRESHOLD, "percent", _no_due(data))
    missed = [task.key for task in due if _is_missed(data, task)]
    advice = "These finish later than promised: recover the time or promise new dates."
    return _share("missed_tasks", title, missed, len(due), advice)


def _baseline_execution_index(data: HealthData) -> Finding:
    title = "Baseline execution index"
    due = due_tasks(data)
    if not due:
        return _not_applicable("bei", title, INDEX_THRESHOLD, "ratio", _no_due(data))
    # The DCMA counts tasks without a baseline as if they were due.
    without = [task for task in data.leaves if task.promised_finish is None]
    done = [task for task in data.leaves if task.is_finished]
    value = round(len(done) / (len(due) + len(without)), 4)
    behind = tuple(task.key for task in (*due, *without) if not task.is_finished)
    advice = (
        "Fewer tasks are finished than were promised by now, or some have no promise: finish "
        "these first, or promote a scenario to promise them."
    )
    return _finding(
        "bei",
        title,
        value,
        INDEX_THRESHOLD,
        "ratio",
        behind,
        advice,
        is_passed=value >= INDEX_THRESHOLD,
    )


def due_tasks(data: HealthData) -> list[Task]:
    """Return the leaves, finished or not, promised for the data date or before."""
    data_date = data.plan.project.data_date
    if data_date is None:
        return []
    return [
        task
        for task in data.leaves
        if task.promised_finish is not None and not data.is_later(task.promised_finish, data_date)
    ]


def _is_missed(data: HealthData, task: Task) -> bool:
    finish = task.actual_finish or data.scheduled(task).finish
    return task.promised_finish is not None and data.is_later(finish, task.promised_finish)


def _no_due(data: HealthData) -> str:
    if data.plan.project.data_date is None:
        return "Give the plan a data date."
    if not any(task.promised_finish for task in data.leaves):
        return "No dates have been promised: promote a scenario first."
    return "No task was promised for the data date or before."


def _lag_sign(link: Dependency) -> float:
    return link.lag.minutes if link.lag.percent is None else link.lag.percent


def _waiting(links: Iterable[Dependency]) -> list[str]:
    """Return the successors of links, each once."""
    return list(dict.fromkeys(link.successor for link in links))


def _share_of_tasks(
    data: HealthData, check: str, title: str, is_found: Callable[[Task], bool], advice: str
) -> Finding:
    tasks = data.open_tasks
    if not tasks:
        return _not_applicable(check, title, SHARE_THRESHOLD, "percent", NOTHING_LEFT)
    found = [task.key for task in tasks if is_found(task)]
    return _share(check, title, found, len(tasks), advice)


def _share_of_links(
    data: HealthData,
    check: str,
    title: str,
    is_found: Callable[[Dependency], bool],
    advice: str,
    threshold: float,
) -> Finding:
    links = data.open_links
    if not links:
        return _not_applicable(check, title, threshold, "percent", NO_LINKS)
    found = [link for link in links if is_found(link)]
    value = _percent(len(found), len(links))
    return _finding(
        check,
        title,
        value,
        threshold,
        "percent",
        _waiting(found),
        advice,
        is_passed=value <= threshold,
    )


def _share(check: str, title: str, found: list[str], total: int, advice: str) -> Finding:
    value = _percent(len(found), total)
    return _finding(
        check,
        title,
        value,
        SHARE_THRESHOLD,
        "percent",
        found,
        advice,
        is_passed=value <= SHARE_THRESHOLD,
    )


def _count(
    check: str, title: str, keys: list[str], advice: str, *, count: int | None = None
) -> Finding:
    value = len(keys) if count is None else count
    return _finding(check, title, value, 0, "count", keys, advice, is_passed=value == 0)


def _finding(
    check: str,
    title: str,
    value: float,
    threshold: float,
    unit: str,
    tasks: Iterable[str],
    advice: str,
    *,
    is_passed: bool,
) -> Finding:
    status = Status.PASS if is_passed else Status.FAIL
    return Finding(check, title, status, value, threshold, unit, tuple(tasks), advice)


def _not_applicable(check: str, title: str, threshold: float, unit: str, why: str) -> Finding:
    return Finding(check, title, Status.NOT_APPLICABLE, None, threshold, unit, (), why)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2)
