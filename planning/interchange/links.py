"""Links as every format may have them wrong, mended before they meet a plan."""

from collections.abc import Iterable

from planning.core.plan import Dependency, Lag, PlanError, Task, TaskKind
from planning.core.wording import circle_of
from planning.interchange.report import ReportBuilder


def sound_links(
    links: Iterable[Dependency], tasks: Iterable[Task], report: ReportBuilder
) -> tuple[Dependency, ...]:
    """Return the links without those that cannot mean anything.

    A task's link to itself, to a summary that it stands under or from one, and
    the repetition of a link are left out with a warning.

    Raises
    ------
    PlanError
        If the links make a circle; the sentence names its tasks.
    """
    by_key = {task.key: task for task in tasks}
    sound: dict[str, Dependency] = {}
    for link in links:
        names = f"“{by_key[link.predecessor].name}” → “{by_key[link.successor].name}”"
        if link.predecessor == link.successor:
            report.warn(f"The task “{by_key[link.successor].name}” is linked to itself; left out.")
        elif _is_above(by_key, link.predecessor, link.successor) or _is_above(
            by_key, link.successor, link.predecessor
        ):
            report.warn(f"The link {names} joins a task with its own summary; it is left out.")
        elif link.key in sound:
            _keep_longer(sound, link, by_key[link.predecessor], names, report)
        else:
            sound[link.key] = link
    result = tuple(sound.values())
    # Efforts are placed after all else and hold nobody, so links through them close no circle.
    _refuse_circle([link for link in result if not _is_of_effort(link, by_key)], by_key)
    return result


def _is_of_effort(link: Dependency, by_key: dict[str, Task]) -> bool:
    ends = (by_key[link.predecessor], by_key[link.successor])
    return any(task.kind is TaskKind.EFFORT for task in ends)


def _keep_longer(
    sound: dict[str, Dependency],
    link: Dependency,
    predecessor: Task,
    names: str,
    report: ReportBuilder,
) -> None:
    """Keep the link of the longer lag, which the shorter adds nothing to, in any order of rows."""
    former = sound[link.key]
    if former == link:
        return
    report.warn(f"The link {names} is there twice with different lags; the longer one is kept.")
    sound[link.key] = max(former, link, key=lambda one: _length(one.lag, predecessor))


def _length(lag: Lag, predecessor: Task) -> tuple[int, bool]:
    minutes = lag.minutes
    if lag.percent is not None:
        minutes = round(predecessor.duration_minutes * lag.percent / 100)
    return minutes, lag.elapsed


def _is_above(by_key: dict[str, Task], above: str, below: str) -> bool:
    """Whether ``above`` is an ancestor of ``below`` in the outline."""
    parent = by_key[below].parent
    while parent is not None:
        if parent == above:
            return True
        parent = by_key[parent].parent
    return False


def _refuse_circle(links: Iterable[Dependency], by_key: dict[str, Task]) -> None:
    """Refuse a circle between the tasks as they are written.

    Depth first with a stack of its own, so that long chains are no matter;
    circles that close only through a summary's leaves are the schedule's to
    find.
    """
    successors: dict[str, list[str]] = {}
    for link in links:
        successors.setdefault(link.predecessor, []).append(link.successor)
    done: set[str] = set()
    for first in successors:
        if first not in done:
            _walk(first, successors, done, by_key)


def _walk(
    first: str, successors: dict[str, list[str]], done: set[str], by_key: dict[str, Task]
) -> None:
    path: dict[str, int] = {first: 0}
    stack = [(first, iter(successors.get(first, ())))]
    while stack:
        key, following = stack[-1]
        for successor in following:
            if successor in path:
                names = [by_key[one].name for one in list(path)[path[successor] :]]
                raise PlanError(f"The links of this file make a circle: {circle_of(names)}.")
            if successor not in done:
                path[successor] = len(path)
                stack.append((successor, iter(successors.get(successor, ()))))
                break
        else:
            stack.pop()
            path.pop(key)
            done.add(key)
