"""Real projects of DSLIB whose Monte Carlo another program has stored."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from planning.core.distributions import Triangular
from planning.core.plan import (
    Calendar,
    Dependency,
    Interval,
    Lag,
    LinkType,
    Plan,
    Task,
    TaskKind,
)
from simulations.engine import Forecast, SimulationOptions, simulate
from tests.engine.building import plan_of
from tests.shared_data import require_shared_data, shared_files

HOUR = 60
ALWAYS = Calendar("standard", "Always", week=((Interval(0, 1440),),) * 7)
LONG = 999


def usable() -> list[Path]:
    return [
        path
        for path in shared_files("dslib/*.json")
        if json.loads(path.read_text(encoding="utf-8"))["flags"]["mc_usable"]
    ]


PROJECTS = usable()
by_project = pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)


def estimate_of(activity: Mapping[str, Any]) -> Triangular | None:
    points = activity.get("three_point")
    if not points:
        return None
    unit = activity["duration_h"] * HOUR / 100 if points["unit"] == "percent" else HOUR
    return Triangular(*(round(points[name] * unit) for name in "omp"))


def plan_from(project: Mapping[str, Any]) -> Plan:
    """The project in working hours, on a calendar that never stops."""
    tasks = [
        Task(
            str(one["uid"]),
            one["name"],
            kind=TaskKind.MILESTONE if one["milestone"] else TaskKind.TASK,
            duration_minutes=0 if one["milestone"] else round(one["duration_h"] * HOUR),
            estimate=None if one["milestone"] else estimate_of(one),
        )
        for one in project["activities"]
    ]
    links = [
        Dependency(
            str(one["pred"]),
            str(one["succ"]),
            LinkType(one["type"]),
            Lag(round(one["lag_h"] * HOUR)),
        )
        for one in project["relations"]
    ]
    return plan_of(tasks, links, calendars=(ALWAYS,), minutes_per_day=HOUR)


@cache
def of(path: Path) -> tuple[dict[str, Any], Forecast]:
    project = json.loads(path.read_text(encoding="utf-8"))
    return project, simulate(plan_from(project), SimulationOptions(iterations=20_000))


def test_the_projects_are_here() -> None:
    require_shared_data()

    assert len(PROJECTS) >= 10


@by_project
def test_mean_and_p80_lie_within_one_and_a_half_per_cent(path: Path) -> None:
    project, forecast = of(path)
    stored = project["protrack_mc_total"]

    assert forecast.mean_days == pytest.approx(stored["mean"], rel=0.015)
    assert forecast.days(80) == pytest.approx(stored["p80"], rel=0.015)


@by_project
def test_the_spread_is_that_of_as_few_iterations(path: Path) -> None:
    project, forecast = of(path)
    stored = project["protrack_mc_total"]

    within = 0.15 if stored["runs"] == LONG else 0.25
    assert forecast.sd_days == pytest.approx(stored["sd"], rel=within)


@by_project
def test_criticality_agrees_where_there_were_iterations_enough(path: Path) -> None:
    project, forecast = of(path)
    if project["protrack_mc_total"]["runs"] != LONG:
        return
    stored = {str(one["uid"]): one["protrack_mc"]["CI"] for one in project["activities"]
              if one.get("protrack_mc") and not one["milestone"]}  # fmt: skip

    for one in forecast.tasks:
        if one.key in stored:
            assert one.criticality == pytest.approx(stored[one.key], abs=0.07), one.key
