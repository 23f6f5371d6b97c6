"""Who asks twice with one Idempotency-Key has asked once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from lineo.accounts import tokens
from lineo.accounts.models import Role
from lineo.accounts.tenancy import workspace_context
from lineo.answers.models import KeptAnswer
from lineo.api.docs import description
from planning.models import Project, Scenario
from simulations.models import Simulation
from tests.api.caller import Caller, error_of
from tests.api.surface import one_of_each, operations
from tests.api.test_surface import OPEN_TO_ALL, REFUSED, do, prepare, undone
from tests.builders import Team, join, make_baseline, make_chain, make_team

PROJECTS = "/api/v1/projects/"
# What is open to all answers secrets, and keeps no answer.
POSTS = [
    each
    for each in operations()
    if each.method == "POST" and str(each) not in REFUSED | OPEN_TO_ALL.keys()
]


def test_the_same_request_is_answered_again_and_done_once(caller: Caller) -> None:
    first = caller.post(PROJECTS, {"name": "Bridge"}, idempotency_key="one")
    again = caller.post(PROJECTS, {"name": "Bridge"}, idempotency_key="one")

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first["ETag"] == again["ETag"]
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert Project.objects.count() == 1


def test_without_a_key_it_is_done_twice(caller: Caller) -> None:
    for _ in range(2):
        caller.post(PROJECTS, {"name": "Bridge"})

    assert Project.objects.count() == 2


def test_a_key_stands_for_one_request_alone(caller: Caller) -> None:
    caller.post(PROJECTS, {"name": "Bridge"}, idempotency_key="one")

    other = caller.post(PROJECTS, {"name": "Tunnel"}, idempotency_key="one")

    assert other.status_code == 422
    assert error_of(other)["details"][0]["field"] == "Idempotency-Key"


def test_the_order_of_fields_makes_no_other_request(caller: Caller) -> None:
    body = {"name": "Bridge", "start": "2026-01-05"}
    first = caller.post(PROJECTS, body, idempotency_key="one")

    again = caller.post(PROJECTS, dict(reversed(body.items())), idempotency_key="one")

    assert again.content == first.content


def test_a_key_belongs_to_who_sent_it(caller: Caller, team: Team) -> None:
    other = Caller(join(team, Role.MEMBER))
    first = caller.post(PROJECTS, {"name": "Bridge"}, idempotency_key="one")

    theirs = other.post(PROJECTS, {"name": "Bridge"}, idempotency_key="one")

    assert theirs.json()["id"] != first.json()["id"]


def test_what_was_refused_may_be_sent_again(caller: Caller) -> None:
    refused = caller.post(PROJECTS, {"name": ""}, idempotency_key="one")

    corrected = caller.post(PROJECTS, {"name": "Bridge"}, idempotency_key="one")

    assert refused.status_code == 422
    assert corrected.status_code == 201
    assert "Idempotency-Replayed" not in corrected


def test_after_a_day_a_key_is_free_again(caller: Caller) -> None:
    first = caller.post(PROJECTS, {"name": "Bridge"}, idempotency_key="one")
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))

    later = caller.post(PROJECTS, {"name": "Tunnel"}, idempotency_key="one")

    assert later.status_code == 201
    assert later.json()["id"] != first.json()["id"]
    assert KeptAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 101, "a b", "ä", "\x7f"])
def test_a_key_is_short_and_visible(caller: Caller, key: str) -> None:
    response = caller.post(PROJECTS, {"name": "Bridge"}, idempotency_key=key)

    assert response.status_code == 400
    assert error_of(response)["details"][0]["field"] == "Idempotency-Key"


def test_a_key_that_is_none_is_told_before_versions_are_compared(
    caller: Caller, team: Team, scenario: Scenario
) -> None:
    [row] = make_chain(scenario, "Dig", team=team)
    address, body = f"/api/v1/tasks/{row.pk}/reschedule/", {"start": "2026-02-02T08:00"}

    response = caller.post(address, body, idempotency_key="", if_match='W/""')

    assert response.status_code == 400
    assert error_of(response)["details"][0]["field"] == "Idempotency-Key"


def test_every_post_can_be_sent_twice(
    caller: Caller, team: Team, scenario: Scenario, subtests: pytest.Subtests
) -> None:
    ids = one_of_each(scenario, team)
    for operation in POSTS:
        with subtests.test(str(operation)), undone():
            prepare(caller, operation, ids)

            first = do(caller, operation, ids, idempotency_key="one", if_match="*")
            again = do(caller, operation, ids, idempotency_key="one", if_match="*")

            assert again["Idempotency-Replayed"] == "true"
            assert (first.status_code, first.content) == (again.status_code, again.content)


def test_every_post_names_the_header_unless_its_answer_is_kept_nowhere() -> None:
    posts = {path: item["post"] for path, item in description()["paths"].items() if "post" in item}

    without = {
        path
        for path, post in posts.items()
        if all(each["name"] != "Idempotency-Key" for each in post.get("parameters", ()))
    }

    assert len(posts) > 20
    assert without == {path for path in posts if path.startswith("/api/v1/auth/")}
    assert len(without) == 3


@pytest.mark.django_db(transaction=True)
def test_ten_double_clicks_at_once_start_one_simulation() -> None:
    team = make_team()
    with team.context():
        scenario = make_baseline(team)
    address = f"/api/v1/scenarios/{scenario.pk}/simulations/"
    callers = [Caller(team.person) for _ in range(10)]
    barrier = Barrier(10)

    def click(caller: Caller) -> Any:
        try:
            barrier.wait()
            return caller.post(address, {"iterations": 1000}, idempotency_key="one")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(click, callers))

    assert {each.status_code for each in answers} == {202}
    assert len({each.content for each in answers}) == 1
    assert sum("Idempotency-Replayed" not in each for each in answers) == 1
    with workspace_context(team.workspace, team.person):
        assert Simulation.objects.count() == 1


def secret_of(team: Team, **token: Any) -> str:
    words = {"name": "A script", "scopes": ["edit", "read"], "days": 1, **token}
    return tokens.create_token(team.membership, actor=team.membership, **words).secret


def test_a_key_belongs_to_the_token_that_sent_it(team: Team) -> None:
    first, second = (
        Caller().post(
            PROJECTS,
            {"name": "Bridge"},
            idempotency_key="one",
            authorization=f"Bearer {secret_of(team)}",
        )
        for _ in range(2)
    )

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]


def test_a_secret_that_is_answered_again_is_kept_nowhere_in_plain_words(caller: Caller) -> None:
    body = {"name": "A script", "scopes": ["read"]}
    first = caller.post("/api/v1/tokens/", body, idempotency_key="one")

    again = caller.post("/api/v1/tokens/", body, idempotency_key="one")

    kept = KeptAnswer.objects.get().body
    assert again.content == first.content
    assert first.json()["secret"] not in kept
    assert first.json()["id"] not in kept


@pytest.mark.django_db(transaction=True)
def test_what_another_request_forgets_right_now_is_not_waited_for() -> None:
    team = make_team()
    long_ago = timezone.now() - timedelta(hours=25)
    with team.context():
        KeptAnswer.objects.create(caller="a", key="old", fingerprint="x", created_at=long_ago)

    def post() -> int:
        try:
            answer = Caller(team.person).post(PROJECTS, {"name": "B"}, idempotency_key="one")
            return int(answer.status_code)
        finally:
            connection.close()

    with team.context(), ThreadPoolExecutor(1) as threads:
        KeptAnswer.objects.filter(key="old").delete()
        answered = threads.submit(post).result(timeout=30)

    assert answered == 201
