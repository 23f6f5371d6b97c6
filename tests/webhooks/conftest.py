"""A team whose events are told to a small server of the test's own."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from lineo.accounts.models import Role
from lineo.jobs.entry import run_waiting
from lineo.webhooks import services
from lineo.webhooks.models import Webhook
from tests.builders import Team, make_team


@dataclass
class Receiver:
    """Keeps what it is sent, and answers as it is told to."""

    url: str
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    location: str = ""

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            status = known.answers.pop(0) if known.answers else 204
            self.send_response(status)
            if known.location:
                self.send_header("Location", known.location)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    port = server.server_address[1]
    settings.WEBHOOK_HOSTS = [f"127.0.0.1:{port}"]
    known = Receiver(f"http://127.0.0.1:{port}/hook")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def team(transactional_db: None) -> Team:
    return make_team(role=Role.OWNER)


@pytest.fixture
def hook(team: Team, receiver: Receiver) -> tuple[Webhook, str]:
    """A webhook for changes of plans and projects, and its secret."""
    with team.context():
        made = services.add_webhook(
            url=receiver.url, actor=team.membership, events=["scenario.*", "project.*"]
        )
    run_waiting()
    return made


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Check a message as a receiver does, by the words of the specification."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in headers["webhook-signature"].split(" ")
