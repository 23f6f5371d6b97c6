"""The shares of a kept task in the risks and drivers that it was taken out of.

Whoever removes a task takes it out of every risk that touches it and of its
driver. Where somebody decides to keep the task, and those rows were changed in
nothing else that concerns it, they take it back as the side that holds it has
it.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from planning.core.plan import Driver, Impact, Plan, Risk
from planning.core.references import Place

Rows = Mapping[Place, Any]


def with_shares(
    plan: Plan,
    kept: Collection[str],
    *,
    holder: Rows,
    remover: Rows,
    base: Rows,
    decided: Collection[Place],
) -> Plan:
    """Return the plan in which kept tasks have their shares again.

    Parameters
    ----------
    plan : Plan
        The merged plan.
    kept : collection of str
        The keys of the tasks that stay, or return, since a decision keeps one.
    holder, remover, base : mapping
        The rows of the side that holds the tasks, of the one that removed
        them, and of what both come from.
    decided : collection of (collection, key)
        Rows about which somebody decided, which stay as they are.
    """
    if not kept:
        return plan
    left = {key for collection, key in remover if collection == "tasks"}

    def sides(place: Place) -> tuple[Any, Any, Any] | None:
        rows = holder.get(place), remover.get(place), base.get(place)
        return None if place in decided or None in rows else rows

    risks = tuple(_risk(risk, sides(("risks", risk.key)), kept, left) for risk in plan.risks)
    taken = {key for driver in plan.drivers for key in driver.tasks}
    free = set(kept) - taken
    drivers = tuple(_driver(one, sides(("drivers", one.key)), free, left) for one in plan.drivers)
    return replace(plan, risks=risks, drivers=drivers)


def _risk(risk: Risk, sides: Any, kept: Collection[str], left: Collection[str]) -> Risk:
    if sides is None:
        return risk
    held, shortened, was = sides
    impacts = _impacts(risk.impacts, held.impacts, shortened.impacts, was.impacts, kept, left)
    after = risk.after
    if after and held.after and shortened.after and was.after:
        mitigated = held.after.impacts, shortened.after.impacts, was.after.impacts
        after = replace(after, impacts=_impacts(after.impacts, *mitigated, kept, left))
    return replace(risk, impacts=impacts, after=after)


def _impacts(
    now: tuple[Impact, ...],
    held: tuple[Impact, ...],
    shortened: tuple[Impact, ...],
    was: tuple[Impact, ...],
    kept: Collection[str],
    left: Collection[str],
) -> tuple[Impact, ...]:
    if shortened != tuple(impact for impact in was if impact.task in left):
        return now
    touched = {impact.task for impact in now}
    back = [impact for impact in held if impact.task in kept and impact.task not in touched]
    if not back:
        return now
    return _in_order((*now, *back), [impact.task for impact in held], lambda one: one.task)


def _driver(driver: Driver, sides: Any, free: Collection[str], left: Collection[str]) -> Driver:
    if sides is None:
        return driver
    held, shortened, was = sides
    if shortened.tasks != tuple(key for key in was.tasks if key in left):
        return driver
    back = [key for key in held.tasks if key in free]
    if not back:
        return driver
    return replace(driver, tasks=_in_order((*driver.tasks, *back), held.tasks, lambda one: one))


def _in_order(rows: tuple[Any, ...], order: Collection[str], key: Any) -> tuple[Any, ...]:
    """Return the rows as the holder has them, those that it doesn't know last."""
    place = {name: number for number, name in reversed(list(enumerate(order)))}
    return tuple(sorted(rows, key=lambda one: place.get(key(one), len(place))))
