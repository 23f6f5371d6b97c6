"""What each stored forecast says of goals and milestones, read once and kept small."""

from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np
from django.db import DatabaseError
from django.utils import timezone

from lineo.accounts.tenancy import workspace_context
from lineo.portfolio.models import Goal, GoalReading, MilestoneForecast
from planning import others, snapshot
from planning.core.fields import read_moment
from planning.core.instants import to_minutes
from planning.core.plan import Plan, TaskKind
from planning.models import ForecastRecord, Project, Scenario
from simulations import results
from simulations.engine.axis import EPOCH, project_axis

_FIGURES = ("10", "50", "80", "90")


def read_forecast(*, workspace_id: UUID, scenario_id: UUID, record_id: UUID, **_: Any) -> None:
    """Keep what the forecast that was just stored says; sent on commit."""
    try:
        with workspace_context(workspace_id):
            scenario = Scenario.objects.filter(pk=scenario_id).select_related("project").first()
            record = ForecastRecord.objects.filter(pk=record_id).first()
            if scenario is None or record is None or scenario.forecast_revision != record.revision:
                return
            keep_milestones(scenario)
            if others.shown_of(scenario.project).pk == scenario.pk:
                read_goals(scenario, list(Goal.objects.filter(project=scenario.project)))
    except DatabaseError:
        # The forecast stands; what is kept of it here is made again by the next one.
        return


def keep_milestones(scenario: Scenario) -> None:
    """Keep the dates and chances of the scenario's milestones from its newest forecast."""
    plan = snapshot.plan_of(scenario)
    document = Scenario.objects.values_list("forecast", flat=True).get(pk=scenario.pk) or {}
    wanted = {
        task.key
        for task in plan.tasks
        if task.kind is TaskKind.MILESTONE or task.target is not None
    }
    MilestoneForecast.objects.update_or_create(
        scenario=scenario,
        defaults={
            "revision": scenario.forecast_revision or 0,
            "figures": [_figures(row) for row in document.get("tasks", ()) if row["id"] in wanted],
        },
    )


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    dates = row.get("finish_percentiles") or {}
    named = {f"p{percentile}": dates.get(percentile) for percentile in _FIGURES}
    return {"key": row["id"], **named, "chance": row.get("p_target")}


def read_goals(scenario: Scenario, goals: list[Goal]) -> None:
    """Keep the chance of each goal by the scenario's newest forecast."""
    record = (
        ForecastRecord.objects.filter(scenario=scenario, revision=scenario.forecast_revision or 0)
        .order_by("-created_at", "-pk")
        .first()
    )
    if record is None or not goals:
        return
    chances = chances_of(scenario, [(goal.milestone, goal.by) for goal in goals])
    rows = [
        GoalReading(goal=goal, record=record, by=goal.by, chance=chance, made_at=timezone.now())
        for goal, chance in zip(goals, chances, strict=True)
        if chance is not None
    ]
    GoalReading.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["workspace", "goal", "record", "by"],
        update_fields=["chance", "made_at"],
    )


def read_goals_of(project: Project) -> None:
    """Keep the chances of a project's goals by the forecast of the scenario that it shows."""
    goals = list(Goal.objects.filter(project=project))
    if goals:
        read_goals(others.shown_of(project), goals)


def chances_of(scenario: Scenario, wanted: list[tuple[str, datetime]]) -> list[float | None]:
    """Return the chance that the project (no key) or a milestone is finished by each date.

    Counted in the iterations that the forecast kept, where it describes the
    plan as it stands; else read between the percentiles of its document.
    """
    row = Scenario.objects.values("forecast", "forecast_finishes").get(pk=scenario.pk)
    document, packed = row["forecast"], row["forecast_finishes"]
    plan = snapshot.plan_of(scenario)
    kept = results.unpack(bytes(packed)) if packed and scenario.forecast_is_current else {}
    return [
        _counted(plan, kept[key], by) if key in kept else _between(document, key, by)
        for key, by in wanted
    ]


def _counted(plan: Plan, work: Any, by: datetime) -> float:
    """Return the share of iterations that finish by the date, in working time of the project."""
    moment = to_minutes(by) - to_minutes(EPOCH)
    axis, origin = project_axis(plan)
    limit = int(axis.covering(moment).work_before(moment)) - origin
    return float(np.count_nonzero(work <= limit)) / len(work)


def _between(document: dict[str, Any] | None, key: str, by: datetime) -> float | None:
    """Return a chance between the percentiles that a forecast tells, in the middle beyond them."""
    if not document:
        return None
    if key:
        rows = (row for row in document.get("tasks", ()) if row["id"] == key)
        percentiles = next((row.get("finish_percentiles") for row in rows), None)
    else:
        percentiles = (document.get("finish") or {}).get("percentiles")
    points = [
        (moment, int(percentile) / 100)
        for percentile, text in sorted((percentiles or {}).items(), key=lambda one: int(one[0]))
        if (moment := read_moment(text)) is not None
    ]
    if not points:
        return None
    if by < points[0][0]:
        return points[0][1] / 2
    if by > points[-1][0]:
        return (1 + points[-1][1]) / 2
    for (before, low), (after, high) in pairwise(points):
        if before <= by < after:
            share = (by - before) / (after - before)
            return low + share * (high - low)
    return points[-1][1]
