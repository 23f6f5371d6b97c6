"""An agent as docs/agents.md tells it: a token, a webhook, a proposal, a person who promotes.

Everything goes over HTTP to a running server.
"""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from lineo.jobs.entry import run_waiting
from tests.builders import make_baseline
from tests.live.conftest import served, session_of
from tests.webhooks.conftest import is_signed

pytestmark = pytest.mark.django_db(transaction=True)


class Http:
    """Somebody who speaks JSON with a running server."""

    def __init__(self, url: str, **headers: str) -> None:
        self.url, self.headers = url, headers

    def ask(self, method: str, path: str, body: Any = None, **more: str) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self.headers, **more}
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}", data, headers=headers, method=method
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            self.etag = answer.headers.get("ETag", "")
            return json.loads(answer.read() or b"null")


def person(url: str, team: Any) -> Http:
    """Sign in as a browser does, with the token that guards forms."""
    guard = "a" * 32
    cookies = f"{session_of(team.person)}; csrftoken={guard}"
    return Http(url, Cookie=cookies, **{"X-CSRFToken": guard})


def test_a_proposal_becomes_the_plan(team, receiver, monkeypatch):
    with team.context():
        scenario = make_baseline(team)
    with served(monkeypatch) as url:
        ada = person(url, team)

        # A person lets an agent in, gives it a token, and names where it listens.
        agent_id = ada.ask("POST", "/agents/", {"name": "Scout", "role": "member"})["id"]
        token = ada.ask(
            "POST",
            "/tokens/",
            {
                "name": "Scout",
                "agent": agent_id,
                "days": 30,
                "scopes": ["read", "edit", "simulate", "comment"],
            },
        )
        hook = ada.ask("POST", "/webhooks/", {"url": receiver.url, "events": ["scenario.*"]})
        scout = Http(url, Authorization=f"Bearer {token['secret']}")

        # The person changes the plan; the agent hears of it and checks who speaks.
        ada.ask("POST", f"/scenarios/{scenario.pk}/tasks/", {"name": "Dig", "duration": "5d"})
        run_waiting()
        headers, body = receiver.got[-1]
        heard = json.loads(body)
        assert is_signed(hook["secret"], headers, body)
        assert heard["type"] == "scenario.changed"

        # It proposes: a scenario of its own, with a shorter task, simulated.
        branch = scout.ask(
            "POST", f"/scenarios/{heard['data']['scenario']}/branch/", {"name": "Two crews"}
        )
        (task,) = scout.ask("GET", f"/scenarios/{branch['id']}/tasks/")["results"]
        scout.ask("PATCH", f"/tasks/{task['id']}/", {"duration": "3d"}, **{"If-Match": "*"})
        scout.ask("POST", f"/scenarios/{branch['id']}/simulations/", {"iterations": 1000})
        run_waiting()
        with pytest.raises(urllib.error.HTTPError) as refused:
            scout.ask("POST", f"/scenarios/{branch['id']}/promote/", {"reason": "Faster."})
        with refused.value:  # it holds the answer's socket
            assert refused.value.code == 403

        # The person decides.
        ada.ask("POST", f"/scenarios/{branch['id']}/promote/", {"reason": "Two crews it is."})
        run_waiting()

        types = [one["type"] for one in receiver.messages]
        assert types[-4:] == [
            "scenario.changed",
            "scenario.branched",
            "scenario.changed",
            "scenario.promoted",
        ]
        trail = ada.ask("GET", f"/audit/?object={branch['id']}")["results"]
    done_by = {line["action"]: (line["actor"]["kind"], line["actor"]["name"]) for line in trail}
    assert done_by["scenario.branched"] == ("agent", "Scout")
    assert done_by["simulation.started"] == ("agent", "Scout")
    assert done_by["scenario.promoted"][0] == "person"
