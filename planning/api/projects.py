"""Projects."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.errors import Fault, InvalidError
from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.preconditions import etag
from lineo.api.queries import SEARCH, Query, ordering
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
)
from lineo.api.shapes import UUID as ID
from planning.api import reads
from planning.api.plan_shapes import PLAN_FILE, definition
from planning.api.views import PlanningView
from planning.api.words import explained, instant, moment
from planning.core.fields import read_date
from planning.interchange.planfile import plan_from_data
from planning.models import Scenario
from planning.models.project import ProjectStatus, ProjectType
from planning.services import projects as services
from planning.services.imports import MAX_BYTES

_DATE = definition("moment_or_null")
_CODE = {
    "type": "string",
    "pattern": "^[A-Z][A-Z0-9]{1,9}$",
    "description": "2 to 10 capital letters and digits, a letter first.",
}
_ZONE = text(64, least=1, about="A time zone, such as Europe/Berlin.")
_STATED = {
    "name": text(200, least=1),
    "code": _CODE,
    "description": text(20_000),
    "type": choice(*ProjectType.values),
    "status": choice(*ProjectStatus.values),
    "time_zone": _ZONE,
}

HEADLINE = shape(
    "Headline",
    record(
        {
            "scenario": ID,
            "scheduled_finish": _DATE,
            "target": _DATE,
            "p50": _DATE,
            "p80": _DATE,
            "p_target": nullable(NUMBER),
            "p_planned": nullable(NUMBER),
            "is_current": FLAG,
        },
        about="The promise of a project: its baseline's finish, and how sure it is.",
    ),
)
PROJECT = shape(
    "Project",
    record(
        {
            "id": ID,
            "url": text(200),
            "version": VERSION,
            **_STATED,
            "created_at": MOMENT,
            "archived_at": nullable(MOMENT),
            "baseline": nullable(HEADLINE),
            "scenarios_url": text(200),
            "updates_url": text(200),
        }
    ),
)
PROJECTS = page_of("Project")
shape(
    "ProjectNew",
    record(
        {
            **_STATED,
            "start": {**definition("day"), "description": "The first day; else today."},
            "plan": {**PLAN_FILE, "description": "A whole plan to begin with; then no start."},
        },
        required=("name",),
    ),
)
shape("ProjectChange", record(_STATED, required=()))


def present(row: Any) -> dict[str, Any]:
    """Return a project as the API shows it; its baseline stands in ``baselines``."""
    return {
        "id": str(row.pk),
        "url": reverse("api:project", args=[row.pk]),
        "version": row.version,
        **{name: getattr(row, name) for name in _STATED},
        "created_at": instant(row.created_at),
        "archived_at": instant(row.archived_at),
        "baseline": next(map(headline, row.baselines), None),
        "scenarios_url": reverse("api:scenarios", args=[row.pk]),
        "updates_url": reverse("api:updates", args=[row.pk]),
    }


def headline(baseline: Scenario) -> dict[str, Any]:
    """Return what a scenario promises."""
    return {
        "scenario": str(baseline.pk),
        "scheduled_finish": moment(baseline.scheduled_finish),
        "target": moment(baseline.target),
        "p50": moment(baseline.forecast_p50),
        "p80": moment(baseline.forecast_p80),
        "p_target": baseline.forecast_p_target,
        "p_planned": baseline.forecast_p_planned,
        "is_current": baseline.forecast_is_current,
    }


class ProjectView(PlanningView):
    """What the views of projects share."""

    tag = "projects"

    def answer(self, project_id: UUID, status: int = 200) -> Response:
        row = reads.projects(self.membership).get(pk=project_id)
        return Response(present(row), status=status, headers=etag(row.version))


class Projects(ProjectView):
    """The projects of the workspace."""

    max_body_bytes = MAX_BYTES

    @operation(
        "list_projects",
        "List the projects",
        answers=PROJECTS,
        query=(
            *PAGE_QUERY,
            Query("status", choice(*ProjectStatus.values), "Only projects of this status."),
            Query("type", choice(*ProjectType.values), "Only projects of this type."),
            Query("archived", FLAG, "Only archived projects, or only the others."),
            SEARCH,
            ordering("name", "code", "created_at"),
        ),
    )
    def get(self, request: Request, *, query: dict[str, Any]) -> Response:
        return page(request, reads.projects(self.membership, query), present, query)

    @operation("add_project", "Make a project", body="ProjectNew", answers=PROJECT, status=201)
    def post(self, request: Request, *, body: dict[str, Any]) -> Response:
        """Make a project, with an empty baseline that starts on ``start``, or with a ``plan``."""
        fields = {name: value for name, value in body.items() if name not in {"start", "plan"}}
        if "plan" in body:
            if "start" in body:
                raise InvalidError(Fault("start", _("A plan has a start of its own.")))
            with explained("plan"):
                plan = plan_from_data(body["plan"])
            row = services.create_project_from_plan(plan=plan, actor=self.actor, **fields)
        else:
            with explained("start"):
                start = read_date(body["start"]) if "start" in body else timezone.localdate()
            row = services.create_project(start=start, actor=self.actor, **fields)
        return self.answer(row.pk, status=201)


class ProjectDetail(ProjectView):
    """One project, and what its baseline promises."""

    @operation("read_project", "Read a project", answers=PROJECT)
    def get(self, request: Request, project_id: UUID) -> Response:
        self.project(project_id)
        return self.answer(project_id)

    @operation(
        "change_project", "Change a project", body="ProjectChange", answers=PROJECT, guarded=True
    )
    def patch(
        self, request: Request, project_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        row = self.project(project_id)
        services.edit_project(row, actor=self.actor, expected_version=seen, **body)
        return self.answer(project_id)


class ProjectArchive(ProjectView):
    """Out of sight, with everything in it."""

    @operation("archive_project", "Archive a project", answers=PROJECT)
    def post(self, request: Request, project_id: UUID) -> Response:
        services.archive_project(self.project(project_id), actor=self.actor)
        return self.answer(project_id)


class ProjectRestore(ProjectView):
    """Back from the archive."""

    @operation("restore_project", "Restore an archived project", answers=PROJECT)
    def post(self, request: Request, project_id: UUID) -> Response:
        services.restore_project(self.project(project_id), actor=self.actor)
        return self.answer(project_id)
