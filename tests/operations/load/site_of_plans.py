"""The rows that are asked for: a plan of 50 tasks to read, a large one to simulate."""

from dataclasses import dataclass
from typing import Any

from tests.operations.place import Place


@dataclass(frozen=True)
class Plans:
    """A team, a session of its person, and two scenarios."""

    team: Any
    session: str
    small: str
    large: str


def make_plans() -> Plans:
    """Make both plans, and sign their person in."""
    from lineo.accounts.models import Role
    from planning.services import projects
    from tests.benchmarks.networks import network, plan_of
    from tests.builders import make_team

    team = make_team("Load", role=Role.OWNER)
    found = []
    for count in (50, 1_000):
        with team.context():
            project = projects.create_project_from_plan(
                plan=plan_of(network(count)), name=f"Of {count}", actor=team.person
            )
            found.append(str(projects.baseline_of(project).pk))
    return Plans(team, sign_in(team), *found)


def sign_in(team: Any) -> str:
    """Return the key of a new session of the team's person, in their workspace."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connections

    from lineo.accounts import middleware

    person, session = team.person, SessionStore()
    session[middleware.SESSION_KEY] = str(team.workspace.pk)
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    connections.close_all()  # no connection of ours outlasts what comes
    assert session.session_key is not None
    return session.session_key


def set_up_django(place: Place) -> None:
    """Let this process read the rows of ``place``."""
    import os

    os.environ |= {**place.environment, "DJANGO_SETTINGS_MODULE": "lineo.settings"}
    import django

    django.setup()
