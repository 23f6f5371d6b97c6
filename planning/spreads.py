"""Where each task's finish falls, read from the forecast that a scenario holds."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from planning.gantt import Spread
from planning.models import Scenario

DRAWN = ("10", "50", "80", "90")


def spreads_of(scenario: Scenario) -> dict[str, Spread]:
    """Return the spread of each task by its key; nothing where there is no forecast."""
    if scenario.forecast_at is None:
        return {}
    return _spreads(scenario.pk, scenario.forecast_at)


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
