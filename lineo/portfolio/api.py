"""The portfolio over HTTP: lanes, what a project shows, joint forecasts."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.queries import Query
from lineo.api.shapes import (
    FLAG,
    MOMENT,
    NUMBER,
    choice,
    listing,
    nullable,
    record,
    ref,
    shape,
    text,
    whole,
)
from lineo.api.shapes import UUID as ID
from lineo.jobs.api import present as present_job
from lineo.jobs.models import Job
from lineo.portfolio import goal_api, obstacles, selectors, services
from lineo.portfolio.arranging import GROUPS, ONLY, SORTS, STATUSES, Arrangement
from lineo.portfolio.joints import joints_in, newest_joint, visible_in
from lineo.portfolio.lanes import Lane, Milestone, lanes_for
from lineo.portfolio.links import LinkRow, links_between
from lineo.portfolio.models import MAX_ITERATIONS, JointForecast
from planning import others
from planning.api.plan_shapes import definition
from planning.api.views import PlanningView
from planning.api.words import instant, moment

_DATE = definition("moment_or_null")
_CHANCE = nullable(NUMBER)

shape(
    "LaneMilestone",
    record(
        {
            "number": whole(0, 2**31 - 1),
            "name": text(500),
            "finish": _DATE,
            "target": _DATE,
            "p80": _DATE,
            "chance": _CHANCE,
        }
    ),
)
shape(
    "Lane",
    record(
        {
            "project": ID,
            "name": text(200),
            "code": text(10),
            "scenario": ID,
            "scenario_name": text(200),
            "is_baseline": FLAG,
            "start": _DATE,
            "finish": _DATE,
            "target": _DATE,
            "chance": _CHANCE,
            **dict.fromkeys(("p10", "p50", "p80", "p90"), _DATE),
            "is_current": FLAG,
            "is_joint": FLAG,
            "is_waiting": FLAG,
            "trend": listing(record({"made_at": MOMENT, "p80": _DATE}), selectors.TREND),
            "milestones": listing(ref("LaneMilestone")),
        },
        about="A project as the portfolio draws it, by the scenario that it shows.",
    ),
)
shape(
    "PortfolioLink",
    record(
        {
            "task": ID,
            "short_id": text(40),
            "waits_for": text(300, about="What it may be called; “Restricted task” where hidden."),
            "type": choice("FS", "SS", "FF", "SF"),
            "how": text(60),
            "scheduled": _DATE,
        },
        about="A task that waits for a task of another project.",
    ),
)
PORTFOLIO = shape("Portfolio", record({"lanes": listing(ref("Lane"))}))
LINKS = shape("PortfolioLinks", record({"links": listing(ref("PortfolioLink"))}))
shape("ShownScenario", record({"scenario": nullable(ID)}, about="null: the baseline."))
SHOWN = shape("Shown", record({"project": ID, "scenario": ID, "is_baseline": FLAG}))

JOINT = shape(
    "JointForecast",
    record(
        {
            "id": ID,
            "url": text(200),
            "iterations": whole(1, MAX_ITERATIONS),
            "seed": {"type": "integer"},
            "created_at": MOMENT,
            "job": nullable(ref("Job")),
            "projects": listing(
                record(
                    {
                        "project": ID,
                        **dict.fromkeys(("p10", "p50", "p80", "p90"), _DATE),
                        "chance": _CHANCE,
                        "waits": FLAG,
                    }
                )
            ),
            "left_out": listing(record({"project": ID, "code": text(20), "reason": text(300)})),
        },
        about="Projects that wait for one another, drawn in the same futures.",
    ),
)
shape(
    "JointForecastNew",
    record({"iterations": whole(100, MAX_ITERATIONS), "seed": whole(-(2**53), 2**53)}, required=()),
)


def present_lane(lane: Lane) -> dict[str, Any]:
    """Return a lane as the API shows it."""
    spread = lane.spread or (None,) * 4
    return {
        "project": str(lane.project.pk),
        "name": lane.name,
        "code": lane.project.code,
        "scenario": str(lane.scenario.pk),
        "scenario_name": lane.scenario.name,
        "is_baseline": lane.is_baseline,
        "start": moment(lane.start),
        "finish": moment(lane.finish),
        "target": moment(lane.target),
        "chance": lane.chance,
        **{
            name: moment(value)
            for name, value in zip(("p10", "p50", "p80", "p90"), spread, strict=True)
        },
        "is_current": not lane.is_out_of_date,
        "is_joint": lane.joint is not None and lane.joint.is_current,
        "is_waiting": lane.is_waiting,
        "trend": [{"made_at": instant(one.made_at), "p80": moment(one.p80)} for one in lane.trend],
        "milestones": [_milestone(one) for one in lane.milestones],
    }


def _milestone(one: Milestone) -> dict[str, Any]:
    return {
        "number": one.number,
        "name": one.name,
        "finish": moment(one.finish),
        "target": moment(one.target),
        "p80": moment(one.p80),
        "chance": one.chance,
    }


def present_link(row: LinkRow) -> dict[str, Any]:
    """Return a link between projects as the API shows it."""
    return {
        "task": str(row.task.pk),
        "short_id": row.task.short_id,
        "waits_for": row.other.label,
        "type": str(row.link.type),
        "how": row.how,
        "scheduled": moment(row.heard),
    }


def present_joint(row: JointForecast, visible: set[str]) -> dict[str, Any]:
    """Return a joint forecast, of the projects that the person may see."""
    job = Job.objects.filter(pk=str(row.job_id)).first()
    result = row.result or {"projects": {}, "left_out": {}}
    names = ("p10", "p50", "p80", "p90", "chance", "waits")
    return {
        "id": str(row.pk),
        "url": reverse("api:joint-forecast", args=[row.pk]),
        "iterations": row.iterations,
        "seed": row.seed,
        "created_at": instant(row.created_at),
        "job": present_job(job) if job else None,
        "projects": [
            {"project": pk, **{name: said[name] for name in names}}
            for pk, said in result["projects"].items()
            if pk in visible
        ],
        "left_out": [
            {"project": pk, "code": obstacles.code(said), "reason": obstacles.sentence(said)}
            for pk, said in result["left_out"].items()
            if pk in visible
        ],
    }


class PortfolioView(PlanningView):
    """What the views of the portfolio share."""

    tag = "portfolio"


class Lanes(PortfolioView):
    """Every project on one axis."""

    @operation(
        "read_portfolio",
        "Read the portfolio",
        answers=PORTFOLIO,
        query=(
            Query("q", text(100), "Only projects whose name or code has these words."),
            Query("status", choice(*(name for name, _l in STATUSES if name)), "Of this status."),
            Query("only", choice(*(name for name, _l in ONLY if name)), "Only such projects."),
            Query("sort", choice(*(name for name, _l in SORTS)), "In this order."),
            Query("group", choice(*(name for name, _l in GROUPS if name)), "Grouped by this."),
        ),
    )
    def get(self, request: Request, *, query: dict[str, Any]) -> Response:
        """Read every project's lane, by the scenario that it shows."""
        found = lanes_for(self.membership, joints_in(newest_joint(self.membership)))
        groups = Arrangement.read(query).arranged(found)
        return Response({"lanes": [present_lane(one) for group in groups for one in group.lanes]})


class Links(PortfolioView):
    """What waits for what between projects."""

    @operation("list_portfolio_links", "List what waits for what across projects", answers=LINKS)
    def get(self, request: Request) -> Response:
        shown = others.shown_among(selectors.live_scenarios_for(self.membership))
        rows = links_between(shown.values())
        return Response({"links": [present_link(row) for row in rows]})


class ProjectShown(PortfolioView):
    """Which scenario a project shows."""

    @operation(
        "choose_shown_scenario",
        "Choose the scenario that a project shows",
        body="ShownScenario",
        answers=SHOWN,
    )
    def put(self, request: Request, project_id: UUID, *, body: dict[str, Any]) -> Response:
        """Choose what the portfolio draws, and what tasks of other projects follow."""
        project = self.project(project_id)
        chosen = None
        if body["scenario"] is not None:
            chosen = self.scenario(UUID(body["scenario"]))
        services.choose_scenario(project, chosen, actor=self.actor)
        return self._answer(project_id)

    @operation("read_shown_scenario", "Read which scenario a project shows", answers=SHOWN)
    def get(self, request: Request, project_id: UUID) -> Response:
        return self._answer(project_id)

    def _answer(self, project_id: UUID) -> Response:
        from_now = others.shown_of(self.project(project_id))
        return Response(
            {
                "project": str(project_id),
                "scenario": str(from_now.pk),
                "is_baseline": from_now.is_baseline,
            }
        )


class JointForecasts(PortfolioView):
    """Projects that wait for one another, in the same futures."""

    @operation(
        "draw_jointly", "Draw projects jointly", body="JointForecastNew", answers=JOINT, status=202
    )
    def post(self, request: Request, *, body: dict[str, Any]) -> Response:
        """Draw the projects that wait for one another in the same futures; a worker does it."""
        row = services.draw_jointly(actor=self.actor, **body)
        return Response(present_joint(row, set()), status=202)


class JointForecastDetail(PortfolioView):
    """One joint forecast: how far it is, and what came of it."""

    @operation("read_joint_forecast", "Read a joint forecast", answers=JOINT)
    def get(self, request: Request, joint_id: UUID) -> Response:
        rows = selectors.joint_forecasts_for(self.membership)
        row = get_object_or_404(rows, pk=joint_id)
        return Response(present_joint(row, visible_in(row, self.membership)))


urlpatterns = [
    path("portfolio/", Lanes.as_view(), name="portfolio"),
    path("portfolio/links/", Links.as_view(), name="portfolio-links"),
    path("portfolio/joint-forecasts/", JointForecasts.as_view(), name="joint-forecasts"),
    path("joint-forecasts/<uuid:joint_id>/", JointForecastDetail.as_view(), name="joint-forecast"),
    path("projects/<uuid:project_id>/shown/", ProjectShown.as_view(), name="shown"),
    path("projects/<uuid:project_id>/goals/", goal_api.ProjectGoals.as_view(), name="goals"),
    path("goals/<uuid:goal_id>/", goal_api.GoalDetail.as_view(), name="goal"),
]
