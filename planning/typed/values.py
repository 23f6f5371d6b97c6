"""What people type in a cell, read in the units of the plan."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planning.core.distributions import Fixed
from planning.core.durations import Units, format_duration, format_lag, parse_typed_lag
from planning.core.estimate_facts import planned_minutes
from planning.core.estimates import format_estimate, parse_estimate
from planning.core.plan import Dependency, Lag, LinkType, Plan, PlanError, Task, TaskKind

_PREDECESSOR = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9]*-)?(?P<number>\d+)\s*(?P<type>FS|SS|FF|SF)?\s*(?P<lag>[+−-].+)?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?P<name>.+?)(?:\s+(?P<type>FS|SS|FF|SF))?\s*(?P<lag>[+−-]\s*e?\d[^+−-]*)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class TaskNumbers:
    """The short numbers that people call tasks by, both ways round."""

    key_of: Mapping[int, str]
    number_of: Mapping[str, int]


def duration_fields(text: str, units: Units) -> dict[str, Any]:
    """Return the fields of a task whose duration is typed as ``text``.

    A plain duration is certain; a range also gives the duration that the
    schedule plans with (plan-format: the mode, or the median).

    Examples
    --------
    >>> duration_fields("5d", Units())["estimate"] is None
    True
    >>> duration_fields("3..5..10d", Units())["duration_minutes"]
    2400
    """
    typed = parse_estimate(text, units)
    estimate = None if isinstance(typed.estimate, Fixed) else typed.estimate
    return {
        "duration_minutes": planned_minutes(typed.estimate),
        "elapsed": typed.elapsed,
        "estimate": estimate,
    }


def kind_and_duration(text: str, units: Units, kind: TaskKind = TaskKind.TASK) -> dict[str, Any]:
    """Return the fields of a task of that kind whose duration is typed as ``text``.

    Nothing makes a milestone, and anything else makes it a task again.

    Examples
    --------
    >>> kind_and_duration("0d", Units())["kind"]
    <TaskKind.MILESTONE: 'milestone'>
    >>> "kind" in kind_and_duration("5d", Units())
    False
    """
    fields = duration_fields(text, units)
    if not fields["duration_minutes"] and fields["estimate"] is None:
        return {**fields, "kind": TaskKind.MILESTONE}
    return {**fields, "kind": TaskKind.TASK} if kind is TaskKind.MILESTONE else fields


def duration_text(task: Task, units: Units) -> str:
    """Return the duration of a task as a person would type it."""
    if task.estimate is not None:
        return format_estimate(task.estimate, units, elapsed=task.elapsed)
    return format_duration(task.duration_minutes, units, elapsed=task.elapsed)


def predecessor_links(
    text: str, successor: str, plan: Plan, numbers: TaskNumbers
) -> list[Dependency]:
    """Return the links into a task that ``text`` names, such as ``3FS+2d; 5SS, Dig``.

    Raises
    ------
    PlanError
        If a part is no task's number or name with a type and a lag.
    """
    ends = _ends(text, plan, numbers)
    return [Dependency(key, successor, link_type, lag) for key, link_type, lag in ends]


def successor_links(
    text: str, predecessor: str, plan: Plan, numbers: TaskNumbers
) -> list[Dependency]:
    """Return the links out of a task that ``text`` names, in the same words."""
    ends = _ends(text, plan, numbers)
    return [Dependency(predecessor, key, link_type, lag) for key, link_type, lag in ends]


def predecessors_text(successor: str, plan: Plan, numbers: TaskNumbers) -> str:
    """Return the links into a task as a person would type them."""
    units = Units.of(plan.project)
    links = [link for link in plan.dependencies if link.successor == successor]
    return ", ".join(link_text(link, numbers.number_of[link.predecessor], units) for link in links)


def link_text(link: Dependency, number: int | str, units: Units) -> str:
    """Return one link by what its predecessor is called: ``3``, ``3SS`` or ``3FS+2d``."""
    lag = format_lag(link.lag, units)
    has_lag = bool(link.lag.minutes or link.lag.percent)
    sign = "" if not has_lag or lag.startswith("-") else "+"
    is_plain = link.type is LinkType.FS and not has_lag
    return str(number) if is_plain else f"{number}{link.type}{sign}{lag if has_lag else ''}"


End = tuple[str, LinkType, Lag]


def _ends(text: str, plan: Plan, numbers: TaskNumbers) -> list[End]:
    parts = [part.strip() for part in re.split(r"[;,\n]", text)]
    return [_end(part, plan, numbers) for part in parts if part]


def _end(part: str, plan: Plan, numbers: TaskNumbers) -> End:
    match = _PREDECESSOR.fullmatch(part)
    if match is not None:
        key = numbers.key_of.get(int(match["number"][:9]))
        if key is None:
            raise PlanError(f"There is no task with the number {match['number'][:9]} in this plan.")
    else:
        match = _NAMED.fullmatch(part)
        key = _key_by_name(part, plan) or _key_by_name(match["name"] if match else "", plan)
        if key is None or match is None:
            raise PlanError(
                f"“{part[:40]}” is no task of this plan; write a number or a name, such as 3FS+2d."
            )
    link_type = LinkType((match["type"] or "FS").upper())
    lag = parse_typed_lag(match["lag"], Units.of(plan.project)) if match["lag"] else Lag()
    return key, link_type, lag


def _key_by_name(name: str, plan: Plan) -> str | None:
    wanted = name.strip().strip('"“”').casefold()
    found = [task.key for task in plan.tasks if task.name.casefold() == wanted]
    if len(found) > 1:
        raise PlanError(f"Several tasks are called “{name[:40]}”; write the number of one.")
    return found[0] if found else _key_by_beginning(wanted, plan)


def _key_by_beginning(wanted: str, plan: Plan) -> str | None:
    """Return the one task whose name begins so."""
    found = [task for task in plan.tasks if wanted and task.name.casefold().startswith(wanted)]
    if len(found) > 1:
        names = ", ".join(f"“{task.name[:40]}”" for task in found[:3])
        raise PlanError(f"Several tasks begin so: {names}; write more of the name, or a number.")
    return found[0].key if found else None
