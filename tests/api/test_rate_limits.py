"""How often somebody may call: exactly, also with calls side by side."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from lineo.accounts import tokens
from lineo.accounts.models import Role
from lineo.api import limits
from lineo.redis_line import Line
from tests.api.caller import Caller, error_of
from tests.builders import Team, join, make_team

ROOT = "/api/v1/"


@pytest.fixture
def _twenty(settings: Any, rq_queue: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 20


@pytest.fixture
def _no_redis(settings: Any, redis_at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_CALLS_PER_MINUTE = 20
    redis_at("unix:///nowhere/redis.sock")
    monkeypatch.setattr(limits, "_line", Line("No limits"))


@pytest.mark.usefixtures("_twenty")
@pytest.mark.django_db(transaction=True)
def test_of_sixty_calls_side_by_side_exactly_twenty_pass() -> None:
    person = make_team().person
    callers = [Caller(person) for _ in range(6)]
    barrier = Barrier(6)

    def call(caller: Caller) -> list[int]:
        barrier.wait()
        try:
            return [caller.get(ROOT).status_code for _ in range(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        statuses = [status for part in threads.map(call, callers) for status in part]

    assert sorted(statuses) == [200] * 20 + [429] * 40


@pytest.mark.usefixtures("_twenty")
def test_each_answer_says_what_is_left_and_one_too_many_when_to_come_back(caller: Caller) -> None:
    answers = [caller.get(ROOT) for _ in range(21)]

    assert [each.status_code for each in answers] == [200] * 20 + [429]
    assert [int(each["X-RateLimit-Remaining"]) for each in answers] == [*range(19, -1, -1), 0]
    assert {each["X-RateLimit-Limit"] for each in answers} == {"20"}
    refused = answers[-1]
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["Retry-After"] == refused["X-RateLimit-Reset"]
    assert error_of(refused)["code"] == "too_many_requests"


@pytest.mark.usefixtures("_twenty")
def test_one_who_calls_too_often_stops_nobody_else(caller: Caller, team: Team) -> None:
    other = Caller(join(team, Role.VIEWER))
    for _ in range(21):
        caller.get(ROOT)

    assert other.get(ROOT).status_code == 200


@pytest.mark.usefixtures("_twenty")
def test_strangers_are_counted_by_their_address(db: None) -> None:
    stranger, elsewhere = Caller(), Caller(REMOTE_ADDR="192.0.2.7")

    answers = [stranger.get(ROOT).status_code for _ in range(21)]

    assert answers == [401] * 20 + [429]
    assert elsewhere.get(ROOT).status_code == 401


@pytest.mark.usefixtures("_twenty")
def test_a_refused_call_does_nothing(caller: Caller) -> None:
    for _ in range(20):
        caller.get(ROOT)

    refused = caller.post("/api/v1/projects/", {"name": "Bridge"})

    assert refused.status_code == 429


@pytest.mark.usefixtures("_no_redis")
def test_without_redis_calls_pass_uncounted(caller: Caller) -> None:
    answers = [caller.get(ROOT) for _ in range(25)]

    assert {each.status_code for each in answers} == {200}
    assert "X-RateLimit-Limit" not in answers[0]


@pytest.mark.usefixtures("_twenty")
def test_each_token_of_a_person_has_its_own_calls(team: Team) -> None:
    for _ in range(2):
        minted = tokens.create_token(
            team.membership, name="A script", scopes=["read"], days=1, actor=team.membership
        )
        bearer = {"Authorization": f"Bearer {minted.secret}"}
        statuses = [Caller(headers=bearer).get(ROOT).status_code for _ in range(21)]
        assert statuses == [200] * 20 + [429]
