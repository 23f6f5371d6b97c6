"""What a comparison says: at once from forecasts that were kept, else from a job's row."""

from collections.abc import Sequence
from typing import Any

from planning import snapshot
from planning.models import Project, Scenario
from simulations.comparing.documents import DOCUMENT_VERSION, document_of
from simulations.comparing.models import Comparison
from simulations.engine.comparing.pairing import compare_kept, why_not_comparable
from simulations.results import kept_finishes

Parts = list[list[Any]]


def parts_of(scenarios: Sequence[Scenario]) -> Parts:
    """Return the scenarios with the revisions that they are at, as a row keeps them."""
    return [[str(one.pk), one.revision] for one in scenarios]


def document_for(project: Project, scenarios: Sequence[Scenario]) -> dict[str, Any] | None:
    """Return the comparison of the scenarios as they stand; None where a job must find it.

    Where every forecast is current, of one seed and equally many iterations,
    their kept finishes are compared at once.
    """
    at_once = _from_forecasts(scenarios)
    if at_once is not None:
        return at_once
    row = last_comparison(project, scenarios, with_result=True)
    found = row.result if row else None
    return found if found and found.get("version") == DOCUMENT_VERSION else None


def last_comparison(
    project: Project, scenarios: Sequence[Scenario], *, with_result: bool = False
) -> Comparison | None:
    """Return the last comparison of just these scenarios at these revisions."""
    rows = Comparison.objects.filter(project=project, parts=parts_of(scenarios))
    return (rows.filter(result__isnull=False) if with_result else rows).first()


def _from_forecasts(scenarios: Sequence[Scenario]) -> dict[str, Any] | None:
    if not all(one.forecast_is_current and one.forecast_iterations for one in scenarios):
        return None
    kept = [kept_finishes(one, snapshot.plan_of(one)) for one in scenarios]
    known = [one for one in kept if one is not None]
    if len(known) < len(kept) or why_not_comparable(known):
        return None
    return document_of(compare_kept(known))
