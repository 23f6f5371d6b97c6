"""A team with a project, inside its walls."""

from collections.abc import Iterator

import pytest

from planning.models import Scenario
from planning.services.scenarios import branch_scenario
from tests.builders import Team, make_baseline, make_chain, make_team
from tests.planning.branched import fresh


@pytest.fixture
def team(db: None) -> Iterator[Team]:
    team = make_team()
    with team.context():
        yield team


@pytest.fixture
def scenario(team: Team) -> Scenario:
    return make_baseline(team)


@pytest.fixture
def dug(team: Team, scenario: Scenario) -> Scenario:
    """A plan of three tasks, one after another."""
    make_chain(scenario, "Dig", "Pour", "Cure", team=team)
    return fresh(scenario)


@pytest.fixture
def branch(team: Team, dug: Scenario) -> Scenario:
    return branch_scenario(dug, name="What if", actor=team.person)
