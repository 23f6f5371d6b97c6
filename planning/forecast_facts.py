"""What the forecast says of each task, for the columns of the table."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from planning.models import Scenario


class TaskForecast(NamedTuple):
    """A task's finish at five and eight in ten, and how often it is critical."""

    p50: datetime
    p80: datetime
    criticality: float | None


def task_forecasts(scenario: Scenario) -> dict[str, TaskForecast]:
    """Return the facts of each task by its key; nothing where there is no forecast."""
    if scenario.forecast_at is None:
        return {}
    return _facts(scenario.pk, scenario.forecast_at)


@lru_cache(maxsize=16)
def _facts(scenario_id: UUID, forecast_at: datetime) -> dict[str, TaskForecast]:
    """A forecast never changes once it is stored, so its moment tells it from others."""
    rows = Scenario.objects.filter(pk=scenario_id).values_list("forecast__tasks", flat=True)
    return {
        task["id"]: TaskForecast(
            datetime.fromisoformat(finishes["50"]),
            datetime.fromisoformat(finishes["80"]),
            task.get("criticality"),
        )
        for task in rows[0] or ()
        if (finishes := task.get("finish_percentiles"))
    }
