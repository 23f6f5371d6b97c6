"""A site with its event stream, on a port of its own, and somebody who follows it."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from django.conf import settings as site_settings
from django.db import connections
from django.test import Client

from lineo.accounts.models import Role, User
from lineo.asgi import Site
from planning.models import Scenario
from tests.builders import Team, make_baseline, make_team

PATIENCE_SECONDS = 20


@contextmanager
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve pages and stream from one port, as the demo does."""
    # Threads that end with the server leave no connection behind.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    config = uvicorn.Config(
        Site(), port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE_SECONDS
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    (port,) = {sock.getsockname()[1] for one in server.servers for sock in one.sockets}
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)


@pytest.fixture
def live_site(
    transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    settings.LIVE_EVENTS = True
    with served(monkeypatch) as url:
        yield url


@pytest.fixture
def team(transactional_db: None) -> Team:
    return make_team(role=Role.OWNER)


@pytest.fixture
def scenario(team: Team) -> Scenario:
    with team.context():
        return make_baseline(team)


class Stream:
    """Reads an event stream, message by message."""

    def __init__(self, url: str, path: str, headers: dict[str, str]) -> None:
        self.line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_SECONDS)
        self.line.request("GET", path, headers=headers)
        self.answer = self.line.getresponse()

    def close(self) -> None:
        self.line.close()

    def next(self, *kinds: str) -> tuple[str, Any]:
        """Return the next message, of one of ``kinds`` where these are given."""
        while True:
            fields: dict[str, str] = {}
            while line := self.answer.readline().decode().rstrip("\n"):
                name, _, value = line.partition(": ")
                fields[name] = value
            if not fields:
                raise EOFError
            if not kinds or fields["event"] in kinds:
                return fields["event"], json.loads(fields["data"])

    def ends(self) -> bool:
        """Say whether the stream is closed, whatever still comes before."""
        try:
            while True:
                self.next()
        except EOFError:
            return True


def session_of(person: User) -> str:
    client = Client()
    client.force_login(person)
    name = site_settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


@contextmanager
def following(url: str, person: User | None, query: str = "", **headers: str) -> Iterator[Stream]:
    """Follow as ``person`` does in a browser."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if person is not None:
        sent.setdefault("Cookie", session_of(person))
    with closing(Stream(url, f"/events/stream/?{query}", sent)) as stream:
        yield stream
