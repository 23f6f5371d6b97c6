"""What the newest joint forecast says, and whether it still describes the plans."""

from typing import Any
from uuid import UUID

from lineo.accounts.models import Membership
from lineo.jobs.models import Job
from lineo.portfolio import obstacles, selectors
from lineo.portfolio.lanes import Joint, LeftOut
from lineo.portfolio.models import JointForecast
from planning.core.fields import read_moment
from planning.models import Scenario


def newest_joint(membership: Membership | None) -> JointForecast | None:
    """Return the newest joint forecast that came to an end well."""
    return selectors.joint_forecasts_for(membership).filter(result__isnull=False).first()


def last_asked(membership: Membership | None) -> tuple[JointForecast, Job] | None:
    """Return the joint forecast that was asked for last, with its job."""
    row = selectors.joint_forecasts_for(membership).first()
    job = Job.objects.filter(pk=str(row.job_id)).first() if row else None
    return (row, job) if row and job else None


def joints_in(row: JointForecast | None) -> dict[UUID, Joint]:
    """Return what was drawn of each project that waits for another."""
    if row is None or not row.result:
        return {}
    found = {UUID(pk): said for pk, said in row.result["projects"].items() if said.get("waits")}
    wanted = {scenario for said in found.values() for scenario in said["heads"]}
    heads = {
        str(pk): str(head)
        for pk, head in Scenario.objects.filter(pk__in=wanted).values_list("pk", "head")
    }
    return {pk: _joint(said, heads) for pk, said in found.items()}


def left_out_of(row: JointForecast | None) -> dict[UUID, LeftOut]:
    """Return what was found in the way of each project that could not be drawn with the others."""
    said = row.result["left_out"] if row and row.result else {}
    # What was kept before there were codes names no plan, so nobody knows whether it still holds.
    return {
        UUID(pk): LeftOut(obstacles.sentence(one), one["head"])
        for pk, one in said.items()
        if obstacles.code(one)
    }


def visible_in(row: JointForecast, membership: Membership | None) -> set[str]:
    """Return the ids of the projects that were drawn by a plan that the person may read.

    One that was left out was drawn by none, so there it is enough to read the project.
    """
    result = row.result or {"projects": {}, "left_out": {}}
    heads = {pk for said in result["projects"].values() for pk in said["heads"]}
    drawn = selectors.live_scenarios_for(membership).filter(pk__in=heads)
    left_out = selectors.live_projects_for(membership).filter(pk__in=result["left_out"])
    found = {*drawn.values_list("project_id", flat=True), *left_out.values_list("pk", flat=True)}
    return set(map(str, found))


def _joint(said: dict[str, Any], heads: dict[str, str]) -> Joint:
    p10, p50, p80, p90 = (read_moment(said[name]) for name in ("p10", "p50", "p80", "p90"))
    assert p10 is not None
    assert p50 is not None
    assert p80 is not None
    assert p90 is not None
    is_current = all(heads.get(pk) == head for pk, head in said["heads"].items())
    return Joint(p10, p50, p80, p90, said["chance"], is_current, frozenset(said["heads"]))
