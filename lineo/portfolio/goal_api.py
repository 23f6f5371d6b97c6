"""Goals over HTTP: dates that projects and milestones are to meet, and the chance that they do."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.preconditions import etag
from lineo.api.shapes import FLAG, MOMENT, NUMBER, VERSION, listing, nullable, record, shape, text
from lineo.api.shapes import UUID as ID
from lineo.portfolio import selectors, services
from lineo.portfolio.goal_rows import GoalRow, row_of
from lineo.portfolio.models import Goal
from planning.api.plan_shapes import definition
from planning.api.views import PlanningView
from planning.api.words import explained, instant, moment
from planning.core.fields import read_moment

_STATED = {
    "name": text(200, least=1),
    "milestone": text(200, about="The key of a milestone; empty: the project's finish."),
    "by": definition("moment"),
    "wanted": {**NUMBER, "minimum": 0.01, "maximum": 0.99},
    "owner": nullable({**ID, "description": "A person of the workspace."}),
}
GOAL = shape(
    "Goal",
    record(
        {
            "id": ID,
            "url": text(200),
            "project": ID,
            "version": VERSION,
            **_STATED,
            "chance": nullable(NUMBER),
            "gap": nullable(
                {**NUMBER, "description": "Chance wanted less chance; above 0: in danger."}
            ),
            "is_in_danger": FLAG,
            "trend": listing(record({"made_at": MOMENT, "chance": NUMBER}), selectors.TREND),
            "created_at": MOMENT,
        }
    ),
)
GOALS = page_of("Goal")
shape("GoalNew", record(_STATED, required=("name", "by")))
shape("GoalChange", record(_STATED, required=()))


def present_goal(row: GoalRow) -> dict[str, Any]:
    """Return a goal with its chance as the API shows it."""
    goal = row.goal
    return {
        "id": str(goal.pk),
        "url": reverse("api:goal", args=[goal.pk]),
        "project": str(goal.project_id),
        "version": goal.version,
        "name": goal.name,
        "milestone": goal.milestone,
        "by": moment(goal.by),
        "wanted": goal.wanted,
        "owner": str(goal.owner_id) if goal.owner_id else None,
        "chance": row.chance,
        "gap": row.gap,
        "is_in_danger": row.is_in_danger,
        "trend": [{"made_at": instant(at), "chance": chance} for at, chance in row.trend],
        "created_at": instant(goal.created_at),
    }


class GoalView(PlanningView):
    """What the views of goals share."""

    tag = "portfolio"

    def goal(self, goal_id: UUID) -> Goal:
        return get_object_or_404(selectors.goals_for(self.membership), pk=goal_id)

    def answer_goal(self, goal: Goal, status: int = 200) -> Response:
        return Response(present_goal(row_of(goal)), status=status, headers=etag(goal.version))

    def stated(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of a goal that a body states."""
        fields = dict(body)
        if "by" in fields:
            with explained("by"):
                fields["by"] = read_moment(fields["by"])
        if fields.get("owner") is not None:
            people = selectors.people_of(self.membership)
            fields["owner"] = people.filter(pk=fields["owner"]).first()
            if fields["owner"] is None:
                raise ValidationError({"owner": _("Nobody in this workspace is called that.")})
        return fields


class ProjectGoals(GoalView):
    """The goals of a project."""

    @operation("list_goals", "List the goals of a project", answers=GOALS, query=PAGE_QUERY)
    def get(self, request: Request, project_id: UUID, *, query: dict[str, Any]) -> Response:
        rows = selectors.goals_for(self.membership).filter(project=self.project(project_id))
        return page(request, rows, lambda goal: present_goal(row_of(goal)), query)

    @operation("add_goal", "Set a goal", body="GoalNew", answers=GOAL, status=201)
    def post(self, request: Request, project_id: UUID, *, body: dict[str, Any]) -> Response:
        """Set a date for the project's finish or a milestone, and the chance wanted."""
        project = self.project(project_id)
        made = services.add_goal(project, actor=self.actor, **self.stated(body))
        return self.answer_goal(made, status=201)


class GoalDetail(GoalView):
    """One goal."""

    @operation("read_goal", "Read a goal", answers=GOAL)
    def get(self, request: Request, goal_id: UUID) -> Response:
        return self.answer_goal(self.goal(goal_id))

    @operation("change_goal", "Change a goal", body="GoalChange", answers=GOAL, guarded=True)
    def patch(
        self, request: Request, goal_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        changed = services.edit_goal(
            self.goal(goal_id), actor=self.actor, expected_version=seen, **self.stated(body)
        )
        return self.answer_goal(changed)

    @operation("delete_goal", "Delete a goal", status=204, guarded=True)
    def delete(self, request: Request, goal_id: UUID, *, seen: int | None) -> Response:
        services.delete_goal(self.goal(goal_id), actor=self.actor, expected_version=seen)
        return Response(status=204)
