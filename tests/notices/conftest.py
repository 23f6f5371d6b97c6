"""A team with a project, inside its walls."""

from collections.abc import Iterator

import pytest

from planning.models import Scenario, Task
from tests.builders import Team, make_baseline, make_chain, make_team


@pytest.fixture
def team(db: None) -> Iterator[Team]:
    team = make_team()
    with team.context():
        yield team


@pytest.fixture
def scenario(team: Team) -> Scenario:
    return make_baseline(team)


@pytest.fixture
def task(scenario: Scenario, team: Team) -> Task:
    return make_chain(scenario, "Dig", "Pour", team=team)[0]
