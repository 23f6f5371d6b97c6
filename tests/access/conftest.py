"""What the tests of walls begin with: a workspace with its owner, within its context."""

from collections.abc import Iterator

import pytest

from lineo.accounts.models import Role
from tests.builders import Team, make_team


@pytest.fixture
def team(db: None) -> Iterator[Team]:
    team = make_team(role=Role.OWNER)
    with team.context():
        yield team
