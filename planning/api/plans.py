"""A scenario's plan as a whole: its settings, its file, its schedule, its health."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from lineo.api.operations import operation
from lineo.api.preconditions import etag
from lineo.api.shapes import record, shape
from planning.api.plan_shapes import PLAN_FILE, fields_of, without_defaults
from planning.api.scenarios import SCENARIO, present
from planning.api.views import PlanningView, plan_of
from planning.api.words import explained
from planning.core.durations import Units
from planning.core.fields import read_fields
from planning.core.plan import Plan
from planning.core.project_words import PROJECT_FIELDS, write_project
from planning.interchange.day_edges import DayEdges
from planning.interchange.planfile import plan_from_data, plan_to_data, with_times_of_project
from planning.models import Scenario
from planning.services import plans as services
from planning.services.imports import MAX_BYTES
from planning.setting_columns import settings_of

SETTINGS = shape("Settings", record(without_defaults(fields_of("project"))))
shape(
    "SettingsChange",
    record(without_defaults(fields_of("project", without=("time_zone",))), required=()),
)


def setting_attributes(words: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """Return the attributes of plan settings that ``words`` stand for."""
    calendar = words.get("calendar", plan.project.calendar)
    edges = DayEdges({each.key: each for each in plan.calendars})
    given = with_times_of_project(words, edges, calendar)
    for level, factors in given.pop("risk_levels", {}).items():
        given[f"risk_levels.{level}"] = factors
    units = Units(
        given.get("minutes_per_day", plan.project.minutes_per_day),
        given.get("minutes_per_week", plan.project.minutes_per_week),
    )
    return read_fields(given, PROJECT_FIELDS, units)


class ScenarioSettings(PlanningView):
    """The plan settings: start, target, data date, working day, rules, risk levels."""

    tag = "plans"

    def answer(self, scenario: Scenario) -> Response:
        return Response(write_project(settings_of(scenario)), headers=etag(scenario.revision))

    @operation("read_settings", "Read the plan settings", answers=SETTINGS)
    def get(self, request: Request, scenario_id: UUID) -> Response:
        return self.answer(self.scenario(scenario_id))

    @operation(
        "change_settings",
        "Change plan settings",
        body="SettingsChange",
        answers=SETTINGS,
        guarded=True,
    )
    def patch(
        self, request: Request, scenario_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        """Change what is given. The ETag is the revision of the plan, since all of it moves."""
        scenario = self.scenario(scenario_id)
        with explained():
            attributes = setting_attributes(body, plan_of(scenario))
        services.edit_settings(scenario, actor=self.actor, expected_revision=seen, **attributes)
        return self.answer(self.scenario(scenario_id))


class ScenarioPlan(PlanningView):
    """The whole plan as a plan file: export and import."""

    tag = "plans"
    max_body_bytes = MAX_BYTES

    @operation("export_plan", "Export the plan file", answers=PLAN_FILE)
    def get(self, request: Request, scenario_id: UUID) -> Response:
        scenario = self.scenario(scenario_id)
        return Response(plan_to_data(plan_of(scenario)), headers=etag(scenario.revision))

    @operation("replace_plan", "Replace the plan", body="PlanFile", answers=SCENARIO, guarded=True)
    def put(
        self, request: Request, scenario_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        """Put another plan into the scenario, as one change that can be undone."""
        scenario = self.scenario(scenario_id)
        with explained():
            plan = plan_from_data(body)
        services.replace_plan(
            scenario,
            plan,
            actor=self.actor,
            summary=_("Imported a plan file"),
            expected_revision=seen,
        )
        scenario = self.scenario(scenario_id)
        return Response(present(scenario), headers=etag(scenario.revision))
