"""Where each task's finish falls: by the live forecast after an edit, else by the stored one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from planning import veil
from planning.drawing.bars import Spread
from planning.models import Scenario

DRAWN = ("10", "50", "80", "90")


Source = Callable[[Scenario], Mapping[str, Spread] | None]
live_sources: list[Source] = []
"""Who knows spreads of a plan as it stands, without this app knowing them: see simulations."""


@dataclass(frozen=True, slots=True)
class Spreads:
    """The spread of each task by its key, and whether they are of an older plan."""

    by_key: Mapping[str, Spread]
    is_old: bool = False


def spreads_of(scenario: Scenario, *, is_new: bool = False) -> Spreads:
    """Return the spreads of the plan as it stands where they are known, else the newest.

    A plan that ``is_new``, whose change is not yet committed, nobody can know any of. Those of
    tasks that rules hide are told to nobody from whom they are hidden.
    """
    found = _known(scenario, is_new=is_new)
    return Spreads(veil.without_hidden(found.by_key, scenario.pk), found.is_old)


def _known(scenario: Scenario, *, is_new: bool) -> Spreads:
    if scenario.forecast_is_current and scenario.forecast_at is not None:
        return Spreads(_spreads(scenario.pk, scenario.forecast_at))
    for source in () if is_new else live_sources:
        found = source(scenario)
        if found is not None:
            return Spreads(found)
    if scenario.forecast_at is None:
        return Spreads({})
    return Spreads(_spreads(scenario.pk, scenario.forecast_at), is_old=True)


@lru_cache(maxsize=16)
def _spreads(scenario_id: UUID, forecast_at: datetime) -> dict[str, Spread]:
    """A forecast never changes once it is stored, so its moment tells it from others."""
    rows = Scenario.objects.filter(pk=scenario_id).values_list("forecast__tasks", flat=True)
    return {task["id"]: _spread(task) for task in rows[0] or () if task.get("finish_percentiles")}


def _spread(task: Mapping[str, Any]) -> Spread:
    finishes = task["finish_percentiles"]
    chance = task.get("p_target")
    p10, p50, p80, p90 = (datetime.fromisoformat(finishes[p]) for p in DRAWN)
    return Spread(
        p10,
        p50,
        p80,
        p90,
        criticality=task.get("criticality"),
        chance=task.get("p_planned") if chance is None else chance,
    )
