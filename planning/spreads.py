"""Where each task's finish falls, read from the forecast that a scenario holds."""

from datetime import datetime
from functools import lru_cache
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
    return {
        task["id"]: Spread(*(datetime.fromisoformat(finishes[p]) for p in DRAWN))
        for task in rows[0] or ()
        if (finishes := task.get("finish_percentiles"))
    }
