"""The chain of tasks that drive one another, through one of them."""

from dataclasses import dataclass

from planning.core.plan import Plan, Task
from planning.core.schedule import Schedule

FROM_FINISH = ("FS", "FF")


@dataclass(frozen=True, slots=True)
class Path:
    """What drives a task, first to last, and what it drives on to the finish."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def path_through(plan: Plan, dates: Schedule, key: str) -> Path:
    """Return the chain of driving links through a task.

    Backward it goes to where nothing but a date drives; onward only on the
    longest path, to the finish. Of several drivers the one on the longest
    path counts, then the one of the lowest key. A driving summary stands for
    the leaf that gives it its date.

    Parameters
    ----------
    dates : Schedule
        The schedule of ``plan``.
    key : str
        A task of the plan; a summary has no path of its own.
    """
    children: dict[str, list[Task]] = {}
    for task in plan.tasks:
        if task.parent is not None:
            children.setdefault(task.parent, []).append(task)
    if key in children:
        return Path((), ())
    walk = _Walk(dates, children)
    before = walk.back(key)
    return Path(tuple(reversed(before)), tuple(walk.onward(key)))


class _Walk:
    def __init__(self, dates: Schedule, children: dict[str, list[Task]]) -> None:
        self._dates = dates
        self._children = children

    def back(self, key: str) -> list[str]:
        found: list[str] = []
        driver = self._driver(key)
        while driver is not None and driver != key and driver not in found:
            found.append(driver)
            driver = self._driver(driver)
        return found

    def onward(self, key: str) -> list[str]:
        """Return what a task of the longest path drives, on that path."""
        if not self._dates.task(key).on_longest_path:
            return []
        driven = self._driven_by_driver()
        found: list[str] = []
        at = key
        while (options := [one for one in driven.get(at, ()) if one not in (key, *found)]) != []:
            at = min(options, key=lambda one: (self._dates.task(one).finish, one))
            found.append(at)
        return found

    def _driven_by_driver(self) -> dict[str, list[str]]:
        driven: dict[str, list[str]] = {}
        for key, task in self._dates.tasks.items():
            if task.on_longest_path and key not in self._children:
                for driver in self._drivers(key):
                    driven.setdefault(driver, []).append(key)
        return driven

    def _driver(self, key: str) -> str | None:
        drivers = self._drivers(key)
        return min(
            drivers,
            key=lambda one: (not self._dates.task(one).on_longest_path, len(one), one),
            default=None,
        )

    def _drivers(self, key: str) -> list[str]:
        return [
            self._leaf(reason.id, reason.type or "FS")
            for reason in self._dates.task(key).driven_by
            if reason.kind == "dependency" and reason.id is not None
        ]

    def _leaf(self, key: str, kind: str) -> str:
        """Return the leaf from which a summary has its start or its finish."""
        while key in self._children:
            tasks = [self._dates.task(child.key) for child in self._children[key]]
            if kind in FROM_FINISH:
                key = max(tasks, key=lambda one: (one.finish, one.on_longest_path, one.key)).key
            else:
                key = min(tasks, key=lambda one: (one.start, one.key)).key
        return key
