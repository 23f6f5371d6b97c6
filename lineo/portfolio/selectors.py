"""What is read of the portfolio, scoped to a person."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from lineo.accounts.models import Membership, User
from lineo.accounts.policy import Action
from lineo.portfolio.models import Follow, Goal, GoalReading, JointForecast, MilestoneForecast
from planning import selectors as planning
from planning import veil
from planning.access import may_on
from planning.models import ForecastRecord, Project, Scenario, Task

Who = Membership | None

TREND = 12
"""So many forecasts make a trend."""


def goals_for(membership: Who) -> QuerySet[Goal]:
    """Return the goals of the projects that a person may read, with what forecasts said.

    Without those for a milestone that is hidden from who asks, and without what forecasts of a
    scenario said that is.
    """
    rows = Goal.objects.filter(project__in=planning.projects_for(membership))
    rows = planning.without_unknown_tasks(rows, "milestone")
    for project_id, keys in veil.hidden().by_project.items():
        rows = rows.exclude(project=project_id, milestone__in=keys)
    told = GoalReading.objects.exclude(record__scenario__in=veil.closed_scenarios())
    newest = Window(
        RowNumber(), partition_by=F("goal"), order_by=[F("made_at").desc(), F("pk").desc()]
    )
    told = told.filter(by=F("goal__by")).alias(place=newest).filter(place__lte=TREND)
    told = told.select_related("record").order_by("made_at", "pk")
    return rows.select_related("project", "owner").prefetch_related(Prefetch("readings", told))


def live_projects_for(membership: Who) -> QuerySet[Project]:
    """Return the projects that a person may read and nobody has archived."""
    return planning.projects_for(membership).filter(archived_at__isnull=True)


def live_scenarios_for(membership: Who) -> QuerySet[Any]:
    """Return the scenarios of live projects that a person may read.

    Each with ``is_following``: whether a task of it waits for another project,
    and ``milestone_figures``: what its newest forecast said of its milestones.
    """
    follows = Follow.objects.filter(scenario=OuterRef("pk"))
    said = MilestoneForecast.objects.filter(scenario=OuterRef("pk")).values("figures")
    rows = planning.scenarios_for(membership).filter(project__archived_at__isnull=True)
    return rows.annotate(is_following=Exists(follows), milestone_figures=Subquery(said[:1]))


def heads_for(membership: Who) -> list[UUID | None]:
    """Return the newest change of each plan of a live project that a person may read."""
    rows = planning.scenarios_for(membership).filter(project__archived_at__isnull=True)
    return list(rows.order_by("pk").values_list("head", flat=True))


def people_of(membership: Who) -> QuerySet[User]:
    """Return who can own a goal: the people of the workspace."""
    if membership is None:
        return User.objects.none()
    rows = Membership.objects.filter(workspace=membership.workspace_id, is_suspended=False)
    return User.objects.filter(pk__in=rows.values("person")).order_by("name", "email")


def forecasts_of(scenarios: Iterable[Scenario]) -> dict[UUID, list[ForecastRecord]]:
    """Return the stored forecasts of each scenario, the oldest first, as many as make a trend.

    One query; live forecasts are none of them.
    """
    ids = [scenario.pk for scenario in scenarios]
    found: dict[UUID, list[ForecastRecord]] = {pk: [] for pk in ids}
    rows = ForecastRecord.objects.raw(
        "SELECT * FROM (SELECT *, row_number() OVER"
        " (PARTITION BY scenario_id ORDER BY created_at DESC, id DESC) AS place"
        " FROM planning_forecastrecord WHERE scenario_id = ANY(%s)) AS ranked"
        " WHERE place <= %s ORDER BY created_at, id",
        [ids, TREND],
    )
    for row in rows:
        found[row.scenario_id].append(row)
    return found


def milestones_of(scenarios: Iterable[Scenario]) -> list[Task]:
    """Return the milestones of several scenarios, and what else has a target, in table order."""
    known = {scenario.pk: scenario for scenario in scenarios}
    rows = Task.objects.filter(scenario__in=known).exclude(finish=None)
    wanted = rows.filter(kind="milestone") | rows.filter(target__isnull=False)
    fields = ("key", "number", "name", "kind", "finish", "target", "scenario_id", "position")
    found = list(wanted.only(*fields).order_by("scenario_id", "position"))
    for task in found:
        task.scenario = known[task.scenario_id]
    return found


def joint_forecasts_for(membership: Who) -> QuerySet[JointForecast]:
    """Return the joint forecasts of the workspace, the newest first."""
    if not may_on(None, membership, Action.READ):
        return JointForecast.objects.none()
    return JointForecast.objects.filter(workspace=membership.workspace_id)  # type: ignore[union-attr]
