"""The portfolio page as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lineo.accounts.models import Membership
from lineo.accounts.policy import Action
from lineo.jobs.models import Job, JobDetail, State
from lineo.portfolio.arranging import Arrangement, LaneGroup
from lineo.portfolio.goal_rows import GoalRow, goal_rows
from lineo.portfolio.joints import joints_in, last_asked, left_out_of, newest_joint
from lineo.portfolio.lanes import Axis, Lane, lanes_for
from lineo.portfolio.links import LinkRow, links_between, waits_by_project
from lineo.portfolio.models import JointForecast
from planning.access import may_on


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything that the page shows; ``lanes`` are those of all projects, shown or not."""

    lanes: Sequence[Lane]
    groups: Sequence[LaneGroup]
    axis: Axis | None
    goals: Sequence[GoalRow]
    links: Sequence[LinkRow]
    joint: JointForecast | None

    @property
    def shown(self) -> list[Lane]:
        return [lane for group in self.groups for lane in group.lanes]

    @property
    def goals_in_danger(self) -> list[GoalRow]:
        return [row for row in self.goals if row.is_in_danger]

    @property
    def worst_goal(self) -> GoalRow | None:
        return self.goals_in_danger[0] if self.goals_in_danger else None

    @property
    def worst_lane(self) -> Lane | None:
        known = [lane for lane in self.lanes if lane.is_in_danger]
        return min(known, key=lambda lane: lane.chance or 0.0, default=None)

    def may_be(self, action: Action, membership: Membership | None) -> bool:
        """Return whether a person may do this with some of what is shown."""
        return any(may_on(lane.scenario, membership, action) for lane in self.shown)


def portfolio_for(
    membership: Membership | None, arrangement: Arrangement, *, action: Action = Action.READ
) -> Portfolio:
    """Return the portfolio as a person sees it, arranged as they asked.

    ``action`` is what they want it for: lanes of plans with which they may not do that are left
    out.
    """
    joint = newest_joint(membership)
    lanes = lanes_for(membership, joints_in(joint), left_out_of(joint))
    links = links_between([lane.scenario for lane in lanes])
    waits = waits_by_project(links)
    if action != Action.READ:
        lanes = [lane for lane in lanes if may_on(lane.scenario, membership, action)]
    lanes = [replace(lane, waits_for=waits.get(lane.project.pk, ())) for lane in lanes]
    groups = arrangement.arranged(lanes)
    axis = Axis.of([lane for group in groups for lane in group.lanes])
    return Portfolio(lanes, groups, axis, goal_rows(membership), links, joint)


def joint_state(membership: Membership | None) -> dict[str, Any] | None:
    """Return how the joint forecast stands that was asked for last, None where none ever was."""
    found = last_asked(membership)
    if found is None:
        return None
    row, job = found
    return {
        "row": row,
        "is_active": job.is_active,
        "is_queued": job.state == State.QUEUED,
        "percent": int(job.progress * 100),
        "failure": _failure(job),
    }


def _failure(job: Job) -> str:
    if job.state != State.FAILED:
        return ""
    told = JobDetail.objects.filter(pk=job.pk).values_list("error", flat=True).first()
    return told or str(job.get_failure_display())
