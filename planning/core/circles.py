"""Which links would make a task wait for itself, before anybody draws them."""

from collections import defaultdict

from planning.core.plan import Plan
from planning.core.scheduling.outline import Outline, outline_of

_Place = tuple[str, bool]
"""A task's begin (False) or its end (True); a leaf has only the first."""


def waiting_for(plan: Plan, key: str) -> frozenset[str]:
    """Return the tasks that wait for a task, which it can't come after.

    A summary waits where any task below it does; what lies above or below a
    task counts, since no link joins a summary to its own task.
    """
    outline = outline_of(plan)
    steps = _steps(plan, outline)
    return _keys(_reached(steps, _begin(key)), outline, is_end=True) - {key}


def awaited_by(plan: Plan, key: str) -> frozenset[str]:
    """Return the tasks that a task waits for, which can't come after it."""
    outline = outline_of(plan)
    steps: defaultdict[_Place, list[_Place]] = defaultdict(list)
    for place, onward in _steps(plan, outline).items():
        for one in onward:
            steps[one].append(place)
    return _keys(_reached(steps, _end(key, outline)), outline, is_end=False) - {key}


def _steps(plan: Plan, outline: Outline) -> dict[_Place, list[_Place]]:
    """Return where each place leads: along links, into summaries and out of them."""
    steps: defaultdict[_Place, list[_Place]] = defaultdict(list)
    drives_nothing = {*outline.efforts, *outline.inactive}
    for parent, children in outline.children.items():
        for child in children:
            if child not in drives_nothing:
                steps[_begin(parent)].append(_begin(child))
                steps[_end(child, outline)].append((parent, True))
    for link in plan.dependencies:
        if drives_nothing.isdisjoint((link.predecessor, link.successor)):
            steps[_end(link.predecessor, outline)].append(_begin(link.successor))
    return steps


def _begin(key: str) -> _Place:
    return (key, False)


def _end(key: str, outline: Outline) -> _Place:
    return (key, key in outline.leaves_of)


def _reached(steps: dict[_Place, list[_Place]], start: _Place) -> set[_Place]:
    reached, waiting = {start}, [start]
    while waiting:
        for place in steps.get(waiting.pop(), ()):
            if place not in reached:
                reached.add(place)
                waiting.append(place)
    return reached


def _keys(places: set[_Place], outline: Outline, *, is_end: bool) -> frozenset[str]:
    return frozenset(key for key, end in places if key not in outline.leaves_of or end is is_end)
