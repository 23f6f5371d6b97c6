"""What a job was asked for is deleted before its turn comes, or while it runs."""

from uuid import uuid4

import pytest

from lineo.jobs import services as jobs
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Failure, Job, State
from planning.models import Scenario
from planning.services import scenarios
from simulations import services
from simulations.models import Simulation
from tests.builders import make_chain

NOBODY = str(uuid4())
UNCHOSEN = {"chosen": None, "decisions": {}, "seen": None}
ASKED = {
    "simulate": {"simulation": NOBODY},
    "compare-scenarios": {"comparison": NOBODY},
    "adjust-scenario": {"adjustment": NOBODY},
    "explain-movement": {"movement": NOBODY},
    "forecast-merge": {"ours": NOBODY, "theirs": NOBODY, "choice": UNCHOSEN},
}


def told(job: Job) -> str:
    job.refresh_from_db()
    assert (job.state, job.failure) == (State.FAILED, Failure.REFUSED)
    return job.details.get().error


@pytest.fixture
def branch(scenario, team) -> Scenario:
    make_chain(scenario, "Dig", "Pour", team=team)
    return scenarios.branch_scenario(scenario, name="What if", actor=team.person)


def test_a_simulation_of_a_deleted_scenario_says_so(branch, team):
    started = services.start_simulation(branch, actor=team.person, iterations=100)
    scenarios.delete_scenario(branch, actor=team.person)

    run_waiting()

    assert "has been deleted" in told(Job.objects.get(pk=started.job_id))


def test_a_scenario_that_is_deleted_while_it_is_simulated(branch, team, monkeypatch):
    started = services.start_simulation(branch, actor=team.person, iterations=100)

    def delete_first(*args, **kwargs):
        Simulation.objects.all().delete()
        return []

    monkeypatch.setattr("simulations.jobs.impacts_if_removed", delete_first)
    run_waiting()

    assert "has been deleted" in told(Job.objects.get(pk=started.job_id))


@pytest.mark.parametrize("function", ASKED)
def test_whatever_was_asked_for_says_so(team, function):
    job = jobs.enqueue(function, payload=ASKED[function])

    run_waiting()

    assert "has been deleted" in told(job)
