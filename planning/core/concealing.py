"""A plan as somebody sees it from whom parts are hidden.

What is hidden keeps its key, its place in the table, its kind and its
duration, for it still drives dates. Its name, its estimate, its wishes and
its progress are gone, and so are links, risks and drivers of it.
"""

from collections.abc import Mapping, Set
from dataclasses import replace

from planning.core.plan import Driver, Impact, Plan, Risk, Task


def hidden_keys(plan: Plan, verdicts: Mapping[str, bool]) -> frozenset[str]:
    """Return the tasks that may not be read: the nearest verdict upwards decides.

    Parameters
    ----------
    verdicts
        By task key, whether that task and what is below it may be read.

    Examples
    --------
    >>> from planning.core.plan import ProjectSettings
    >>> from datetime import datetime
    >>> tasks = (Task("A", "A"), Task("B", "B", parent="A"), Task("C", "C", parent="A"))
    >>> plan = Plan(ProjectSettings("P", datetime(2026, 1, 5)), tasks=tasks)
    >>> sorted(hidden_keys(plan, {"A": False, "C": True}))
    ['A', 'B']
    """
    if all(verdicts.values()):
        return frozenset()
    readable: dict[str, bool] = {}

    def reads(key: str | None) -> bool:
        trail = []
        while key is not None and key not in readable and key not in verdicts:
            trail.append(key)
            key = plan.task(key).parent if plan.has_task(key) else None
        answer = True if key is None else readable.get(key, verdicts.get(key, True))
        readable.update(dict.fromkeys(trail, answer))
        return answer

    return frozenset(task.key for task in plan.tasks if not reads(task.key))


def concealed(plan: Plan, keys: Set[str], name: str) -> Plan:
    """Return ``plan`` with the tasks of ``keys`` called ``name`` and stripped of what they say."""
    if not keys:
        return plan
    return replace(
        plan,
        tasks=tuple(_bare(task, name) if task.key in keys else task for task in plan.tasks),
        dependencies=tuple(
            link
            for link in plan.dependencies
            if link.predecessor not in keys and link.successor not in keys
        ),
        risks=tuple(filter(None, (_risk(risk, keys) for risk in plan.risks))),
        drivers=tuple(filter(None, (_driver(driver, keys) for driver in plan.drivers))),
        correlations=tuple(
            pair for pair in plan.correlations if pair.first not in keys and pair.second not in keys
        ),
    )


def _bare(task: Task, name: str) -> Task:
    return Task(
        key=task.key,
        name=name,
        parent=task.parent,
        kind=task.kind,
        duration_minutes=task.duration_minutes,
        elapsed=task.elapsed,
        active=task.active,
    )


def _risk(risk: Risk, keys: Set[str]) -> Risk | None:
    impacts = _impacts(risk.impacts, keys)
    if risk.impacts and not impacts:
        return None
    after = risk.after and replace(risk.after, impacts=_impacts(risk.after.impacts, keys))
    return replace(risk, impacts=impacts, after=after)


def _impacts(impacts: tuple[Impact, ...], keys: Set[str]) -> tuple[Impact, ...]:
    return tuple(impact for impact in impacts if impact.task not in keys)


def _driver(driver: Driver, keys: Set[str]) -> Driver | None:
    tasks = tuple(key for key in driver.tasks if key not in keys)
    return replace(driver, tasks=tasks) if tasks else None
