"""The joint forecast: projects that wait for one another, drawn in the same futures."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np

from lineo.portfolio.models import Follow, JointForecast
from planning import others, snapshot
from planning.core.fields import write_moment
from planning.core.plan import Plan
from planning.models import Project, Scenario
from simulations.engine.axis import project_axis, to_datetime, to_minutes
from simulations.engine.joining.joint import (
    JointFinishes,
    JointPart,
    Obstacle,
    joint_finishes,
    why_not_joined,
)
from simulations.engine.results.statistics import percentile_ranks

PERCENTILES = (10, 50, 80, 90)


@dataclass(frozen=True, slots=True)
class Group:
    """Shown scenarios that wait for one another, and what keeps some of them out."""

    scenarios: list[Scenario]
    left_out: dict[UUID, Obstacle]
    waiting: set[UUID]


def project_seed(seed: int, project_id: UUID) -> int:
    """Return the seed under which a project draws in a joint forecast of ``seed``.

    Each project has its own, since tasks of two projects may have one key and
    must not draw the same; and it depends on nothing else, so that a project
    more or less, or an edit in one, changes no draw of another.
    """
    text = f"{seed}\x1fproject\x1f{project_id}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little") >> 1


def groups() -> list[Group]:
    """Return the groups of live projects that wait for one another, as they show themselves."""
    live = Project.objects.filter(archived_at__isnull=True).values_list("pk", flat=True)
    shown = others.shown_scenarios(live)
    by_scenario = {scenario.pk: pk for pk, scenario in shown.items()}
    rows = Follow.objects.filter(scenario__in=by_scenario).values_list("scenario_id", "project_id")
    pairs = [(by_scenario[one], other) for one, other in rows if other in shown]
    found = []
    for members in _components(pairs):
        ordered = [shown[pk] for pk in sorted(members)]
        plans = {one.project_id: snapshot.plan_of(one) for one in ordered}
        first = next(iter(plans.values()))
        left_out = {
            pk: obstacle for pk, plan in plans.items() if (obstacle := why_not_joined(plan, first))
        }
        waiting = {
            one
            for one, other in pairs
            if one in members and one not in left_out and other not in left_out
        }
        found.append(Group(ordered, left_out, waiting))
    return found


def _components(pairs: Iterable[tuple[UUID, UUID]]) -> list[set[UUID]]:
    """Return the sets of projects that links join, in the order of their oldest member."""
    found: list[set[UUID]] = []
    for pair in pairs:
        touched = [group for group in found if not group.isdisjoint(pair)]
        found = [group for group in found if group.isdisjoint(pair)]
        found.append(set(pair).union(*touched))
    return sorted(found, key=min)


def draw(row: JointForecast, *, progress: Callable[[float], None]) -> dict[str, Any]:
    """Draw every group of projects; return what is known of each project, as JSON."""
    found = groups()
    result: dict[str, Any] = {"projects": {}, "left_out": {}}
    for place, group in enumerate(found):
        result["left_out"] |= _left_out(group)
        members = [one for one in group.scenarios if one.project_id not in group.left_out]
        if not group.waiting:
            continue
        parts = [
            JointPart(
                str(one.project_id),
                snapshot.plan_of(one),
                project_seed(row.seed, one.project_id),
            )
            for one in members
        ]
        told = partial(_share, progress, place, len(found))
        finishes = joint_finishes(parts, row.iterations, progress=told)
        heads = {str(one.pk): str(one.head) for one in group.scenarios}
        for part in parts:
            result["projects"][part.project] = {
                **figures_of(part.plan, finishes[part.project]),
                "waits": UUID(part.project) in group.waiting,
                "heads": heads,
            }
    return result


def _left_out(group: Group) -> dict[str, Any]:
    """Return what keeps projects out, as codes and values, with the plans of which that is so."""
    heads = {one.project_id: str(one.head) for one in group.scenarios}
    return {
        str(pk): {**obstacle._asdict(), "values": dict(obstacle.values), "head": heads[pk]}
        for pk, obstacle in group.left_out.items()
    }


def _share(progress: Callable[[float], None], place: int, count: int, share: float) -> None:
    progress((place + share) / count)


def figures_of(plan: Plan, finishes: JointFinishes) -> dict[str, Any]:
    """Return percentiles of the finish, and the chances of target and planned date, as JSON."""
    work = np.sort(finishes.work)
    axis, origin = project_axis(plan)
    axis = axis.reaching(int(work[-1]) + origin)
    ranks = percentile_ranks(len(work), PERCENTILES)
    instants = np.maximum(axis.as_finish(work[ranks - 1] + origin), axis.as_start(origin))
    dates = {
        f"p{percentile}": write_moment(to_datetime(int(instant)))
        for percentile, instant in zip(PERCENTILES, instants, strict=True)
    }
    return {**dates, "chance": _chance(plan, finishes, plan.project.target)}


def _chance(plan: Plan, finishes: JointFinishes, by: datetime | None) -> float | None:
    if by is None:
        return None
    axis, origin = project_axis(plan)
    minute = to_minutes(by)
    limit = int(axis.covering(minute).work_before(minute)) - origin
    return float(np.count_nonzero(finishes.work <= limit)) / len(finishes.work)
