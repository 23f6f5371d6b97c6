"""A team with two projects, inside its walls."""

from collections.abc import Iterator

import pytest

from planning.models import Scenario
from tests.builders import Team, make_baseline, make_team


@pytest.fixture
def team(db: None) -> Iterator[Team]:
    team = make_team()
    with team.context():
        yield team


@pytest.fixture
def house(team: Team) -> Scenario:
    """The baseline of the project HOUSE."""
    return make_baseline(team, name="House", code="HOUSE")


@pytest.fixture
def road(team: Team) -> Scenario:
    """The baseline of the project ROAD."""
    return make_baseline(team, name="Road", code="ROAD")
