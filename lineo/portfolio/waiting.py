"""What a plan's own forecast leaves out: how unsure the projects are that its tasks wait for."""

from dataclasses import dataclass
from uuid import UUID

from lineo.accounts.models import Membership
from lineo.portfolio.joints import joints_in, left_out_of, newest_joint
from lineo.portfolio.lanes import Joint, joint_of, reason_of
from planning import others
from planning import selectors as planning


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many tasks that wait for other projects, and the finish when drawn with these.

    The scenario's own forecast holds them at the dates that are planned there, as if those
    were certain. ``joint`` is None where nobody has drawn the projects jointly, or by another
    scenario than this one.
    """

    tasks: int
    joint: Joint | None
    left_out: str
    is_shown: bool


def waiting_of(scenario_id: UUID, membership: Membership | None) -> Waiting | None:
    """Return what a scenario waits for elsewhere; None where it waits for nobody."""
    tasks = planning.waiting_for_others(scenario_id)
    scenario = planning.scenario_for(membership, scenario_id) if tasks else None
    if scenario is None:
        return None
    newest, project = newest_joint(membership), scenario.project_id
    return Waiting(
        tasks,
        joint_of(joints_in(newest).get(project), scenario),
        reason_of(left_out_of(newest).get(project), scenario),
        others.shown_of(scenario.project).pk == scenario.pk,
    )
