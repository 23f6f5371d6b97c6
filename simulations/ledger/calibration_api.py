"""How good estimates were, over HTTP, and ranges as past ones would have held."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from lineo.api.operations import operation
from lineo.api.shapes import FLAG, NUMBER, listing, nullable, record, shape, text, whole
from lineo.api.shapes import UUID as ID
from planning.api.history import person
from planning.api.scenarios import SCENARIO
from planning.api.scenarios import present as present_scenario
from planning.api.views import PlanningView
from planning.models import Project
from simulations.ledger import reading, services
from simulations.ledger.correction import Correction, Factor
from simulations.ledger.page import EstimatorRow, Measure, calibration_page
from simulations.ledger.scoring import Coverage, histogram
from simulations.ledger.selectors import Calibration, calibration_of

_COUNT = whole(0, 2**31 - 1)
_PERSON = nullable(record({"id": ID, "name": text(300)}))
_BAND = nullable(listing(NUMBER, 2))
_FACTOR = record(
    {"value": NUMBER, "low": NUMBER, "high": nullable(NUMBER), "is_clear": FLAG},
    about="With its 95 % band; without an upper end where too few tasks bound it.",
)

_COVERAGE = record({"percentile": _COUNT, "share": NUMBER, "band": listing(NUMBER, 2)})
_MEASURE = record(
    {
        "count": _COUNT,
        "coverage": listing(_COVERAGE, 3),
        "histogram": listing(NUMBER, 10),
    },
    about="How often percentiles held, and the share of outcomes in each tenth (PIT).",
)

CALIBRATION = shape(
    "Calibration",
    record(
        {
            "project": ID,
            "finished": _COUNT,
            "finishes": nullable(_MEASURE),
            "durations": nullable(_MEASURE),
            "estimators": listing(
                record(
                    {
                        "estimator": _PERSON,
                        "count": _COUNT,
                        "coverage": listing(_COVERAGE, 3),
                        "correction": nullable(
                            record(
                                {
                                    "count": _COUNT,
                                    "left_out": _COUNT,
                                    "centre": _FACTOR,
                                    "width": _FACTOR,
                                    "is_called_for": FLAG,
                                }
                            )
                        ),
                    },
                    about="Without an estimator: everybody, in this project.",
                ),
                100_000,
            ),
            "brier": nullable(record({"score": NUMBER, "band": _BAND, "count": _COUNT})),
        },
        about="Finished tasks beside what had been said of them.",
    ),
)

shape(
    "RangeCorrection",
    record(
        {"name": text(200, least=1), "estimator": nullable(ID)},
        required=("name",),
        about="The branch's name, and whose ranges are corrected; everybody's by default.",
    ),
)


class CalibrationView(PlanningView):
    """What the views of a calibration share."""

    tag = "calibration"

    def calibration(self, project: Project) -> Calibration:
        return calibration_of(project, self.membership, reading.entries(project))


class ProjectCalibration(CalibrationView):
    """How good forecasts and ranges were."""

    @operation("read_calibration", "Read how good estimates were", answers=CALIBRATION)
    def get(self, request: Request, project_id: UUID) -> Response:
        """Answer coverage, PIT histograms, and for each estimator what would correct them."""
        project = self.project(project_id)
        return Response(present_calibration(project, self.calibration(project)))


class ProjectCorrection(CalibrationView):
    """Ranges as the past ones would have held."""

    @operation(
        "correct_ranges",
        "Branch with corrected ranges",
        body="RangeCorrection",
        answers=SCENARIO,
        status=201,
    )
    def post(self, request: Request, project_id: UUID, *, body: dict[str, Any]) -> Response:
        """Branch from the baseline and correct its open ranges, if that is called for."""
        project = self.project(project_id)
        try:
            scored = reading.scored_of(self.calibration(project), body.get("estimator") or "")
        except LookupError:
            raise Http404 from None
        made = services.branch_with_corrected_ranges(
            project,
            scored.correction,
            actor=self.actor,
            name=body["name"],
            estimator=scored.estimator,
        )
        return Response(present_scenario(made), status=201)


def present_calibration(project: Project, found: Calibration) -> dict[str, Any]:
    """Return a calibration as the API shows it."""
    page = calibration_page(found)
    return {
        "project": str(project.pk),
        "finished": page.finished,
        "finishes": _measure(page.finishes, histogram(found.finishes)),
        "durations": _measure(page.durations, histogram(found.everybody.durations)),
        "estimators": [_estimator(row) for row in page.rows],
        "brier": page.brier
        and {
            "score": page.brier.score,
            "band": page.brier.band and list(page.brier.band),
            "count": page.brier.count,
        },
    }


def _measure(measure: Measure | None, bars: Any) -> dict[str, Any] | None:
    if measure is None:
        return None
    return {
        "count": measure.count,
        "coverage": [_coverage(one) for one in measure.coverages],
        "histogram": [bar.share for bar in bars],
    }


def _coverage(one: Coverage) -> dict[str, Any]:
    return {"percentile": one.percentile, "share": one.share, "band": list(one.band)}


def _estimator(row: EstimatorRow) -> dict[str, Any]:
    return {
        "estimator": person(row.estimator),
        "count": row.count,
        "coverage": [_coverage(one) for one in row.coverages],
        "correction": row.correction and _correction(row.correction),
    }


def _correction(found: Correction) -> dict[str, Any]:
    return {
        "count": found.count,
        "left_out": found.left_out,
        "centre": _factor(found.centre),
        "width": _factor(found.width),
        "is_called_for": found.is_called_for,
    }


def _factor(found: Factor) -> dict[str, Any]:
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "is_clear": found.is_clear,
    }


urlpatterns = [
    path(
        "projects/<uuid:project_id>/calibration/",
        ProjectCalibration.as_view(),
        name="calibration",
    ),
    path(
        "projects/<uuid:project_id>/calibration/correct/",
        ProjectCorrection.as_view(),
        name="correct-ranges",
    ),
]
