"""Plans whose edits are followed by a live forecast."""

from lineo.jobs.entry import run_waiting
from planning.core.distributions import Pert
from planning.models import Scenario, Task
from planning.services import tasks
from simulations import live
from simulations.live import live_state_of
from tests.builders import Team, make_chain

RANGE = Pert(480, 960, 2880)


def chain_with_a_range(scenario: Scenario, team: Team) -> list[Task]:
    """Three tasks one after another, the first of them with a range."""
    chain = make_chain(scenario, "Dig", "Pour", "Cure", team=team)
    tasks.edit_task(scenario, chain[0].key, actor=team.person, estimate=RANGE)
    scenario.refresh_from_db()
    return chain


def told(scenario: Scenario) -> None:
    """Tell of the last change, as its commit does."""
    scenario.refresh_from_db()
    live.ask_after_change(
        workspace_id=scenario.workspace_id,
        scenario_id=scenario.pk,
        revision=scenario.revision,
        change_id=scenario.head,
    )


def previewed(scenario: Scenario):
    told(scenario)
    run_waiting()
    return live_state_of(scenario)
