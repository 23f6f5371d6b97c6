"""Scenarios: what they are, branch, archive, undo."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.preconditions import etag
from lineo.api.queries import Query
from lineo.api.shapes import (
    FLAG,
    MOMENT,
    NUMBER,
    VERSION,
    choice,
    nullable,
    record,
    shape,
    text,
    whole,
)
from lineo.api.shapes import UUID as ID
from planning.api import reads
from planning.api.plan_shapes import PLAN_FILE, definition
from planning.api.views import PlanningView
from planning.api.words import explained, instant, moment
from planning.interchange.planfile import plan_from_data
from planning.models import Scenario
from planning.models.scenario import Colour
from planning.services import scenarios as services
from planning.services.imports import MAX_BYTES

_DATE = definition("moment_or_null")
_COUNT = whole(0, 2**31 - 1)
_COST = {"type": ["number", "null"], "minimum": -(10**13), "maximum": 10**13}
_STATED = {
    "name": text(200, least=1),
    "description": text(20_000),
    "colour": choice("", *Colour.values),
    "cost": _COST,
}
PARTS = (
    "settings",
    "plan",
    "tasks",
    "milestones",
    "dependencies",
    "calendars",
    "risks",
    "drivers",
    "correlations",
    "changes",
    "schedule",
    "health",
    "forecast",
    "forecasts",
    "simulations",
)
"""What a scenario holds, each at an address of that name."""

FORECAST_HEADLINE = shape(
    "ForecastHeadline",
    record(
        {
            "revision": _COUNT,
            "at": MOMENT,
            "iterations": _COUNT,
            "seed": {"type": "integer"},
            "engine_version": text(20),
            "plan_hash": text(64),
            "data_date": _DATE,
            "p50": _DATE,
            "p80": _DATE,
            "p_target": nullable(NUMBER),
            "p_planned": nullable(NUMBER),
            "reason": text(300, about="Why there is nothing to see, where that is so."),
            "is_current": FLAG,
        },
        about="The headline figures of a forecast; out of date unless it is current.",
    ),
)
SCENARIO = shape(
    "Scenario",
    record(
        {
            "id": ID,
            "url": text(200),
            "project": ID,
            "version": VERSION,
            "revision": _COUNT,
            **_STATED,
            "is_baseline": FLAG,
            "source": nullable(ID),
            "source_revision": nullable(_COUNT),
            "created_at": MOMENT,
            "archived_at": nullable(MOMENT),
            "scheduled_start": _DATE,
            "scheduled_finish": _DATE,
            "forecast": nullable(FORECAST_HEADLINE),
            "links": record({part: text(200) for part in PARTS}),
        }
    ),
)
SCENARIOS = page_of("Scenario")
shape("ScenarioChange", record(_STATED, required=()))
shape(
    "ScenarioNew",
    record(
        {
            **{name: _STATED[name] for name in ("name", "description", "colour")},
            "plan": PLAN_FILE,
        },
        required=("name", "plan"),
    ),
)
shape(
    "Branch",
    record({name: _STATED[name] for name in ("name", "description", "colour")}, required=("name",)),
)


def present(row: Scenario) -> dict[str, Any]:
    """Return a scenario as the API shows it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:scenario", args=[row.pk]),
        "project": str(row.project_id),
        "version": row.version,
        "revision": row.revision,
        "name": row.name,
        "description": row.description,
        "colour": row.colour,
        "cost": None if row.cost is None else float(row.cost),
        "is_baseline": row.is_baseline,
        "source": str(row.source_id) if row.source_id else None,
        "source_revision": row.source_revision,
        "created_at": instant(row.created_at),
        "archived_at": instant(row.archived_at),
        "scheduled_start": moment(row.scheduled_start),
        "scheduled_finish": moment(row.scheduled_finish),
        "forecast": forecast_headline(row),
        "links": {part: reverse(f"api:{part}", args=[row.pk]) for part in PARTS},
    }


def forecast_headline(row: Scenario) -> dict[str, Any] | None:
    """Return the headline figures of the scenario's forecast, if it has one."""
    if not row.has_forecast:
        return None
    return {
        "revision": row.forecast_revision,
        "at": instant(row.forecast_at),
        "iterations": row.forecast_iterations,
        "seed": row.forecast_seed,
        "engine_version": row.forecast_engine_version,
        "plan_hash": row.forecast_plan_hash,
        "data_date": moment(row.forecast_data_date),
        "p50": moment(row.forecast_p50),
        "p80": moment(row.forecast_p80),
        "p_target": row.forecast_p_target,
        "p_planned": row.forecast_p_planned,
        "reason": row.why_no_forecast,
        "is_current": row.forecast_is_current,
    }


class ScenarioView(PlanningView):
    """What the views of scenarios share."""

    tag = "scenarios"

    def answer(self, scenario_id: UUID, status: int = 200) -> Response:
        row = self.scenario(scenario_id)
        return Response(present(row), status=status, headers=etag(row.version))

    def done(self, service: Callable[..., Any], scenario_id: UUID) -> Response:
        """Do one thing to the scenario and show it as it then is."""
        service(self.scenario(scenario_id), actor=self.actor)
        return self.answer(scenario_id)


class ProjectScenarios(ScenarioView):
    """The scenarios of a project, the baseline first."""

    max_body_bytes = MAX_BYTES

    @operation(
        "list_scenarios",
        "List the scenarios of a project",
        answers=SCENARIOS,
        query=(*PAGE_QUERY, Query("archived", FLAG, "Only archived scenarios, or the others.")),
    )
    def get(self, request: Request, project_id: UUID, *, query: dict[str, Any]) -> Response:
        rows = reads.scenarios(self.project(project_id), query)
        return page(request, rows, present, query)

    @operation(
        "add_scenario",
        "Make a scenario from a plan file",
        body="ScenarioNew",
        answers=SCENARIO,
        status=201,
    )
    def post(self, request: Request, project_id: UUID, *, body: dict[str, Any]) -> Response:
        """Make a scenario that holds ``plan``. To copy one, branch from it."""
        project = self.project(project_id)
        with explained("plan"):
            plan = plan_from_data(body["plan"])
        fields = {name: value for name, value in body.items() if name != "plan"}
        row = services.create_scenario(project=project, plan=plan, actor=self.actor, **fields)
        return self.answer(row.pk, status=201)


class ScenarioDetail(ScenarioView):
    """One scenario: a whole, editable version of the plan."""

    @operation("read_scenario", "Read a scenario", answers=SCENARIO)
    def get(self, request: Request, scenario_id: UUID) -> Response:
        return self.answer(scenario_id)

    @operation(
        "change_scenario",
        "Change a scenario",
        body="ScenarioChange",
        answers=SCENARIO,
        guarded=True,
    )
    def patch(
        self, request: Request, scenario_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        """Change what is said of a scenario; its plan has addresses of its own."""
        row = self.scenario(scenario_id)
        services.edit_scenario(row, actor=self.actor, expected_version=seen, **body)
        return self.answer(scenario_id)

    @operation("delete_scenario", "Delete a scenario", status=204, guarded=True)
    def delete(self, request: Request, scenario_id: UUID, *, seen: int | None) -> Response:
        """Delete a scenario and its plan for good. The baseline can't be deleted."""
        row = self.scenario(scenario_id)
        services.delete_scenario(row, actor=self.actor, expected_version=seen)
        return Response(status=204)


class ScenarioBranch(ScenarioView):
    """A copy to try something in."""

    @operation("branch_scenario", "Branch a scenario", body="Branch", answers=SCENARIO, status=201)
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Copy the whole plan under another name; every key stays the same."""
        row = services.branch_scenario(self.scenario(scenario_id), actor=self.actor, **body)
        return self.answer(row.pk, status=201)


class ScenarioArchive(ScenarioView):
    """Read-only from then on."""

    @operation("archive_scenario", "Archive a scenario", answers=SCENARIO)
    def post(self, request: Request, scenario_id: UUID) -> Response:
        return self.done(services.archive_scenario, scenario_id)


class ScenarioRestore(ScenarioView):
    """Editable again."""

    @operation("restore_scenario", "Restore an archived scenario", answers=SCENARIO)
    def post(self, request: Request, scenario_id: UUID) -> Response:
        return self.done(services.restore_scenario, scenario_id)
