"""A team with a project, inside its walls."""

from collections.abc import Iterator

import pytest

from planning.models import Scenario
from simulations.engine import warm
from tests.builders import Team, make_baseline, make_team


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
