"""Which plan is promised: promote, restore, and the lineage."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.shapes import (
    FLAG,
    MOMENT,
    NUMBER,
    choice,
    listing,
    nullable,
    record,
    shape,
    text,
    whole,
)
from lineo.api.shapes import UUID as ID
from planning import selectors
from planning.api.history import EDIT, person
from planning.api.plan_shapes import definition
from planning.api.views import PlanningView
from planning.api.words import instant
from planning.change_veil import ChangeVeil
from planning.models import Promotion, PromotionKind
from planning.services import promotions as services

_DATE = definition("moment_or_null")
_REVISION = whole(1, 2**31 - 1)
_FIGURES = record(
    {
        "revision": _REVISION,
        "planned_finish": _DATE,
        "target": _DATE,
        "p50": _DATE,
        "p80": _DATE,
        "p_target": nullable(NUMBER),
        "is_current": FLAG,
        "iterations": nullable(whole(1, 2**31 - 1)),
        "seed": nullable({"type": "integer"}),
    },
    about="What was known of a plan when it was decided on.",
)
_FIELDS = {
    "id": ID,
    "url": text(200),
    "project": ID,
    "number": _REVISION,
    "kind": choice(*PromotionKind.values),
    "scenario": ID,
    "scenario_name": text(200),
    "revision": _REVISION,
    "former": ID,
    "former_name": text(200),
    "former_revision": _REVISION,
    "actor": nullable(record({"id": ID, "name": text(300)})),
    "reason": text(5_000),
    "finish_minutes": {"type": "integer"},
    "figures": record({"former": _FIGURES, "chosen": _FIGURES}),
    "created_at": MOMENT,
}
PROMOTION = shape(
    "Promotion", record(_FIELDS, about="One decision which plan is promised, for ever.")
)
PROMOTIONS = page_of("Promotion")
WITH_EDITS = shape("PromotionWithEdits", record({**_FIELDS, "edits": listing(EDIT, 10_000_000)}))
shape(
    "PromotionNew",
    record(
        {
            "reason": text(5_000, least=1),
            "baseline": ID,
            "baseline_revision": _REVISION,
            "revision": _REVISION,
        },
        required=("reason",),
        about="With the baseline and the revisions that were looked at, it is refused with 412"
        " where any of them has moved on.",
    ),
)


def present(row: Promotion) -> dict[str, Any]:
    """Return a promotion as the API shows it, without what it changed."""
    return {
        "id": str(row.pk),
        "url": reverse("api:promotion", args=[row.pk]),
        "project": str(row.project_id),
        "number": row.number,
        "kind": row.kind,
        "scenario": str(row.scenario_id),
        "scenario_name": row.scenario_name,
        "revision": row.revision,
        "former": str(row.former_id),
        "former_name": row.former_name,
        "former_revision": row.former_revision,
        "actor": person(row.actor),
        "reason": row.reason,
        "finish_minutes": row.finish_minutes,
        "figures": row.figures,
        "created_at": instant(row.created_at),
    }


class ProjectLineage(PlanningView):
    """Every decision which plan of the project was promised, the newest first."""

    tag = "lineage"

    @operation(
        "list_promotions", "List the lineage of a project", answers=PROMOTIONS, query=PAGE_QUERY
    )
    def get(self, request: Request, project_id: UUID, *, query: dict[str, Any]) -> Response:
        rows = selectors.promotions_of(self.project(project_id)).defer("edits", "names")
        return page(request, rows, present, query)


class PromotionDetail(PlanningView):
    """One decision and what it changed."""

    tag = "lineage"

    @operation("read_promotion", "Read a promotion", answers=WITH_EDITS)
    def get(self, request: Request, promotion_id: UUID) -> Response:
        row = get_object_or_404(selectors.promotions_for(self.membership), pk=promotion_id)
        edits = ChangeVeil(row.project_id, row.scenario_id).edits(row.edits)
        return Response({**present(row), "edits": edits})


class ScenarioPromote(PlanningView):
    """A scenario becomes the baseline."""

    tag = "lineage"

    @operation(
        "promote_scenario",
        "Promote a scenario",
        body="PromotionNew",
        answers=PROMOTION,
        status=201,
    )
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Make the scenario the baseline in one transaction, and freeze its dates as promised."""
        return self.decide(services.promote_scenario, scenario_id, body)

    def decide(self, service: Any, scenario_id: UUID, body: dict[str, Any]) -> Response:
        row = self.scenario(scenario_id)
        done = service(
            row, actor=self.actor, reason=body["reason"], seen=services.seen_from(row, body)
        )
        return Response(present(done), status=201)


class ScenarioRestoreBaseline(ScenarioPromote):
    """A former baseline becomes the baseline again."""

    @operation(
        "restore_baseline",
        "Restore a former baseline",
        body="PromotionNew",
        answers=PROMOTION,
        status=201,
    )
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Bring every row of a former baseline back, with the dates promised then."""
        return self.decide(services.restore_baseline, scenario_id, body)
