"""A team with a project, inside its walls."""

from collections.abc import Iterator

import pytest

from lineo.accounts.models import User
from planning.models import Scenario
from simulations.engine import warm
from tests.builders import Team, join, make_baseline, make_team
from tests.ledger.builders import make_plan


@pytest.fixture(scope="session", autouse=True)
def _warm() -> None:
    """Compile before jobs have their time counted, as workers do."""
    warm()


@pytest.fixture
def team(db: None) -> Iterator[Team]:
    team = make_team()
    with team.context():
        yield team


@pytest.fixture
def scenario(team: Team) -> Scenario:
    return make_baseline(team)


@pytest.fixture
def plan(team: Team, scenario: Scenario) -> Scenario:
    make_plan(scenario, team)
    return scenario


@pytest.fixture
def ann(team: Team) -> User:
    return join(team)
