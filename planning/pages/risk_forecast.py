"""What the forecast of a scenario says of its risks."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from planning.core.risk_worth import RiskWorth, read_worth
from planning.models import Scenario


def worth_by_risk(scenario: Scenario) -> Mapping[str, RiskWorth] | None:
    """Return what the forecast says of each risk by its key; None where it was never asked."""
    if scenario.forecast_at is None:
        return None
    return _worth(scenario.pk, scenario.forecast_at)


@lru_cache(maxsize=16)
def _worth(scenario_id: UUID, forecast_at: datetime) -> Mapping[str, RiskWorth] | None:
    """A forecast never changes once it is stored, so its moment tells it from others."""
    rows = Scenario.objects.filter(pk=scenario_id).values_list("forecast__risks", flat=True)
    found = rows.first()
    if found is None:
        return None
    return {worth.key: worth for worth in map(read_worth, found)}
