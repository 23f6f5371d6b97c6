"""A team with a project, and callers in and outside of it."""

from collections.abc import Iterator

import pytest

from lineo.accounts.models import Role
from planning.models import Scenario
from tests.api.caller import Caller
from tests.builders import Team, join, make_baseline, make_team


@pytest.fixture
def team(db: None) -> Iterator[Team]:
    team = make_team(role=Role.OWNER)
    with team.context():
        yield team


@pytest.fixture
def scenario(team: Team) -> Scenario:
    return make_baseline(team)


@pytest.fixture
def caller(team: Team) -> Caller:
    return Caller(team.person)


@pytest.fixture
def viewer(team: Team) -> Caller:
    return Caller(join(team, Role.VIEWER))


@pytest.fixture
def outsider(team: Team) -> Caller:
    """Somebody of another workspace."""
    return Caller(make_team("Elsewhere").person)
