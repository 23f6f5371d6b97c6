"""Why one plan is better than another: what differs, and the forecasts that split the days."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError

from planning.models import Scenario
from planning.pages.differences import GROUPS
from planning.pages.overview import last_records
from planning.pages.sides import Side, beside

SHOWN_CHANGES = 3


@dataclass(frozen=True, slots=True)
class Differing:
    """The first things in which a plan differs from another, and how many more there are."""

    lines: Sequence[str]
    more: int


def what_differs(first: Scenario, other: Scenario) -> Differing | None:
    """Return in what a plan differs from the first; None where that can't be said any more."""
    try:
        found = beside(Side(first, first.revision), Side(other, other.revision))
    except ValidationError:
        return None
    kinds = list(GROUPS)
    ordered = sorted(found.difference.sentences, key=lambda one: kinds.index(one.collection))
    return Differing(
        [one.text for one in ordered[:SHOWN_CHANGES]], max(len(ordered) - SHOWN_CHANGES, 0)
    )


def forecasts_between(scenarios: Sequence[Scenario]) -> dict[UUID, tuple[UUID, UUID]]:
    """Return the forecasts between which each later plan's days can be split among causes."""
    current = [one for one in scenarios if one.has_forecast and one.forecast_is_current]
    records = {pk: record.pk for pk, record in last_records(current).items() if record.p80}
    first = records.get(scenarios[0].pk)
    if first is None:
        return {}
    return {pk: (first, last) for pk, last in records.items() if pk != scenarios[0].pk}
