"""Plain builders of rows, with dull defaults."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import count, pairwise
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client

from lineo.accounts.ids import uuid7
from lineo.accounts.middleware import SESSION_KEY
from lineo.accounts.models import Membership, Role, User, Workspace
from lineo.accounts.tenancy import workspace_context
from planning.core.plan import Dependency
from planning.models import Project, Scenario, Task
from planning.services import projects, tasks

PASSWORD = "a-long-pass-phrase"
_numbers = count(1)


@dataclass(frozen=True)
class Team:
    """A workspace with one member."""

    workspace: Workspace
    person: User
    membership: Membership

    @contextmanager
    def context(self) -> Iterator[None]:
        """Open the workspace for the person, as a request of theirs does."""
        with workspace_context(self.workspace, self.person):
            yield


def make_team(name: str = "Atelier", role: Role = Role.MEMBER, email: str = "") -> Team:
    workspace = Workspace(id=uuid7(), name=name, slug=f"team-{next(_numbers)}")
    person = make_person(email)
    with workspace_context(workspace, person):
        workspace.save(force_insert=True)
        membership = Membership.objects.create(person=person, role=role)
    return Team(workspace, person, membership)


def make_person(email: str = "") -> User:
    """Make somebody who signs in with :data:`PASSWORD`, which is hashed once for all of them."""
    email = email or f"person{next(_numbers)}@example.com"
    return User.objects.create(email=email.strip().lower(), password=_hashed())


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def join(team: Team, role: Role = Role.MEMBER) -> User:
    person = make_person()
    with workspace_context(team.workspace, None):
        Membership.objects.create(person=person, role=role)
    return person


def sign_in(client: Client, team: Team) -> None:
    """Sign the team's person in, as the form does: the session knows their workspace."""
    client.force_login(team.person)
    session = client.session
    session[SESSION_KEY] = str(team.workspace.pk)
    session.save()


def make_project(team: Team, name: str = "Foundry", **fields: Any) -> Project:
    fields.setdefault("start", date(2026, 1, 5))
    return projects.create_project(name=name, actor=team.person, **fields)


def make_baseline(team: Team, **fields: Any) -> Scenario:
    return projects.baseline_of(make_project(team, **fields))


def make_chain(scenario: Scenario, *names: str, team: Team, days: int = 1) -> list[Task]:
    """Make tasks that wait for one another, in the order given."""
    rows = [
        tasks.add_task(scenario, actor=team.person, name=name, duration_minutes=days * 480)
        for name in names
    ]
    for before, after in pairwise(rows):
        tasks.add_dependency(scenario, Dependency(before.key, after.key), actor=team.person)
    return list(scenario.tasks.order_by("position"))
