"""What holds for every operation of the API, whatever it does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from lineo.accounts.ids import uuid7
from lineo.accounts.models import Role
from planning.models import Scenario
from tests.api.bodies import BODIES
from tests.api.caller import Caller, error_of
from tests.api.surface import METHODS, Operation, nobodys, one_of_each, operations
from tests.builders import Team, join, make_baseline, make_team
from tests.kept_rows import kept_rows, settle
from tests.sampling import Chosen, sampled

OPERATIONS = operations()
WITH_ID = [each for each in OPERATIONS if each.has_id]
WITH_BODY = [each for each in OPERATIONS if each.body and not each.takes_file]
GUARDED = [each for each in OPERATIONS if each.is_guarded]
WRITES = [each for each in OPERATIONS if each.method != "GET"]
READS = [each for each in OPERATIONS if each.method == "GET"]
# The baseline and the project calendar are needed; the first of two rows stands at the top;
# nothing is finished yet by which a range could be corrected; and nobody has that password.
REFUSED = {
    "POST /api/v1/scenarios/{scenario_id}/archive/",
    "DELETE /api/v1/scenarios/{scenario_id}/",
    "POST /api/v1/scenarios/{scenario_id}/promote/",
    "POST /api/v1/scenarios/{scenario_id}/restore-baseline/",
    "DELETE /api/v1/calendars/{row_id}/",
    "POST /api/v1/tasks/{task_id}/indent/",
    "POST /api/v1/tasks/{task_id}/outdent/",
    "POST /api/v1/projects/{project_id}/calibration/correct/",
    "POST /api/v1/auth/token/",
}
# A viewer's own name and tokens are theirs to change, they may export what they may read, and are
# seen where they read; somebody else's token is not there for them.
OWN = {
    "PATCH /api/v1/users/me/",
    "POST /api/v1/scenarios/{scenario_id}/exports/",
    "POST /api/v1/scenarios/{scenario_id}/presence/",
    "POST /api/v1/tokens/",
    "POST /api/v1/notices/read/",
    "PATCH /api/v1/notices/settings/",
    "POST /api/v1/projects/{project_id}/watches/",
}
HIDDEN = (
    "/api/v1/invitations/{invitation_id}/",
    "/api/v1/rules/{rule_id}/",
    "/api/v1/tokens/{token_id}/",
    "/api/v1/notices/{notice_id}/",
    "/api/v1/watches/{watch_id}/",
    "/api/v1/webhooks/{webhook_id}/",
    "/api/v1/deliveries/{delivery_id}/",
)
OPEN_TO_ALL = {
    "GET /api/v1/health/": 200,
    "POST /api/v1/auth/token/": 422,
    "POST /api/v1/auth/token/refresh/": 200,
    "POST /api/v1/auth/logout/": 204,
}
KINDS = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/json; charset=utf-7",
    "application/json; charset=nonsense",
    "nonsense",
    "application/" + "x" * 1000,
)

NASTY = {
    "deep brackets": b"[" * 100_000,
    "deep objects": b'{"name":' * 50_000,
    "not utf-8": b'{"name": "\xff\xfe"}',
    "a nul": b'{"name": "a\\u0000b"}',
    "a lone surrogate": b'{"name": "\\ud800"}',
    "a surrogate as a key": b'{"\\udfff": 1}',
    "a huge whole number": b'{"name": 1' + b"0" * 30 + b"}",
    "a number without end": b'{"name": ' + b"9" * 100_000 + b"}",
    "infinity by exponent": b'{"name": 1e400}',
    "not a number": b'{"name": NaN}',
    "infinity": b'{"name": -Infinity}',
    "a list": b"[]",
    "a text": b'"name"',
    "null": b"null",
    "half a body": b'{"name": ',
    "two bodies": b"{}{}",
    "no json": b"name=Dig",
    "an object as a name": b'{"name": {"name": {}}}',
    "a long name": b'{"name": "' + b"x" * 200_000 + b'"}',
    "an unknown field": b'{"__proto__": {"admin": true}}',
}


class Kept(NamedTuple):
    """What the tests of this module share."""

    team: Team
    scenario: Scenario
    ids: dict[str, Any]


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[Kept]:
    with kept_rows(django_db_blocker):
        team = make_team(role=Role.OWNER)
        with team.context():
            scenario = make_baseline(team)
            made = Kept(team, scenario, one_of_each(scenario, team))
            settle()
            yield made


@pytest.fixture
def team(db: None, kept: Kept) -> Team:
    return kept.team


@pytest.fixture
def scenario(kept: Kept) -> Scenario:
    return kept.scenario


@pytest.fixture
def ids(kept: Kept) -> dict[str, Any]:
    return kept.ids


@contextmanager
def undone() -> Iterator[None]:
    """Take back what the block does, so that operations can be tried one after the other."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def do(caller: Caller, operation: Operation, ids: dict[str, Any], **headers: str) -> Any:
    body = BODIES[operation.body] if operation.body else None
    body = body(ids) if callable(body) else body
    if operation.takes_file:
        headers["content_type"] = operation.body
    return caller.send(operation.method, operation.at(ids), body, **headers)


def test_each_operation_does_what_it_says(
    caller: Caller, ids: dict[str, Any], subtests: pytest.Subtests
) -> None:
    for operation in OPERATIONS:
        with subtests.test(str(operation)), undone():
            prepare(caller, operation, ids)

            response = do(caller, operation, ids, if_match="*")

            expected = {422} if str(operation) in REFUSED else {200, 201, 202, 204}
            assert response.status_code in expected, response.content


def prepare(caller: Caller, operation: Operation, ids: dict[str, Any]) -> None:
    """Do what must have been done before."""
    if operation.path.endswith(("/undo/", "/redo/", "/restore-moment/")):
        caller.patch(f"/api/v1/tasks/{ids['tasks:task_id']}/", {"name": "Dug"}, if_match="*")
    if operation.path.endswith("/redo/"):
        caller.post(operation.at(ids).replace("/redo/", "/undo/"))


@pytest.mark.no_cover
def test_a_stranger_is_asked_to_sign_in(
    ids: dict[str, Any], scenario: Scenario, subtests: pytest.Subtests
) -> None:
    for operation in OPERATIONS:
        with subtests.test(str(operation)), undone():
            response = do(Caller(), operation, ids, if_match="*")

            if status := OPEN_TO_ALL.get(str(operation)):
                assert response.status_code == status
                continue
            assert response.status_code == 401
            assert response["WWW-Authenticate"].startswith("Bearer")
            assert error_of(response)["code"] == "not_signed_in"


@pytest.mark.no_cover
def test_someone_elses_and_missing_answer_the_same_bytes(
    outsider: Caller, caller: Caller, ids: dict[str, Any], subtests: pytest.Subtests
) -> None:
    for operation in WITH_ID:
        with subtests.test(str(operation)):
            foreign = do(outsider, operation, ids, if_match="*")
            missing = do(caller, operation, nobodys(ids), if_match="*")

            assert foreign.status_code == missing.status_code == 404
            assert foreign.content == missing.content
            assert error_of(foreign)["code"] == "not_found"


def test_an_address_that_leads_nowhere_looks_the_same(caller: Caller, ids: dict[str, Any]) -> None:
    nowhere = caller.get("/api/v1/tasks/not-an-id/")
    missing = caller.get(f"/api/v1/tasks/{uuid7()}/")

    assert nowhere.status_code == missing.status_code == 404
    assert nowhere.json() == missing.json()


@pytest.mark.no_cover
def test_a_viewer_changes_nothing(
    viewer: Caller, ids: dict[str, Any], scenario: Scenario, subtests: pytest.Subtests
) -> None:
    before = Scenario.objects.get(pk=scenario.pk).revision

    for operation in [each for each in WRITES if str(each) not in OPEN_TO_ALL]:
        with subtests.test(str(operation)), undone():
            response = do(viewer, operation, ids, if_match="*")

            # Undo finds nothing of theirs before anybody asks whether they may.
            expected = {409} if operation.path.endswith(("/undo/", "/redo/")) else {403}
            if operation.path.startswith(HIDDEN):
                expected = {404}
            elif str(operation) in OWN:
                expected = {200, 201, 202}
            assert response.status_code in expected, response.content
            assert Scenario.objects.get(pk=scenario.pk).revision == before


@pytest.mark.no_cover
def test_a_guest_of_nothing_sees_nothing(team: Team, ids: dict[str, Any]) -> None:
    guest = Caller(join(team, Role.GUEST))

    answers = {str(each): do(guest, each, ids, if_match="*").status_code for each in WITH_ID}

    assert set(answers.values()) == {404}, answers
    assert guest.get("/api/v1/projects/").json()["count"] == 0


@pytest.mark.no_cover
def test_other_methods_are_refused(
    caller: Caller, ids: dict[str, Any], subtests: pytest.Subtests
) -> None:
    for path in sorted({each.path for each in OPERATIONS}):
        known = {each.method: each for each in OPERATIONS if each.path == path}
        address = next(iter(known.values())).at(ids)
        for method in {each.upper() for each in METHODS} - set(known):
            with subtests.test(f"{method} {path}"):
                response = caller.send(method, address)

                assert response.status_code == 405
                assert error_of(response)["code"] == "method_not_allowed"
                assert set(known) <= set(response["Allow"].split(", "))


@pytest.mark.no_cover
@sampled(4)
def test_nasty_bodies_are_refused_in_the_envelope(
    caller: Caller, ids: dict[str, Any], subtests: pytest.Subtests, chosen: Chosen[Any, Any]
) -> None:
    for name, operation in chosen(NASTY, WITH_BODY):
        with subtests.test(f"{operation}: {name}"):
            response = caller.send(operation.method, operation.at(ids), NASTY[name], if_match="*")

            assert response.status_code in {400, 413, 422}, response.content
            assert error_of(response)["message"]


@pytest.mark.no_cover
@sampled(2)
def test_other_bodies_than_json_are_refused(
    caller: Caller, ids: dict[str, Any], subtests: pytest.Subtests, chosen: Chosen[Any, Any]
) -> None:
    for kind, operation in chosen(KINDS, WITH_BODY):
        with subtests.test(f"{operation}: {kind[:60]}"):
            address, body = operation.at(ids), b'{"name": "Dig"}'

            response = caller.send(operation.method, address, body, if_match="*", content_type=kind)

            assert response.status_code == 415, response.content
            assert error_of(response)["code"] == "unsupported_media_type"


def test_a_change_says_which_version_it_saw(
    caller: Caller, ids: dict[str, Any], subtests: pytest.Subtests
) -> None:
    for operation in GUARDED:
        with subtests.test(str(operation)):
            missing = do(caller, operation, ids)
            stale = do(caller, operation, ids, if_match='"987"')
            weak = do(caller, operation, ids, if_match='W/"1"')
            nonsense = do(caller, operation, ids, if_match="1")

            assert missing.status_code == 428
            assert error_of(missing)["code"] == "precondition_required"
            assert stale.status_code == weak.status_code == 412
            assert error_of(stale)["code"] == "precondition_failed"
            assert nonsense.status_code == 400


def test_an_unknown_parameter_is_refused(
    caller: Caller, ids: dict[str, Any], subtests: pytest.Subtests
) -> None:
    for operation in READS:
        with subtests.test(str(operation)):
            response = caller.get(operation.at(ids), nonsense="1")

            assert response.status_code == 400
            assert error_of(response)["details"][0]["field"] == "nonsense"


def test_every_shape_that_is_sent_has_a_good_body() -> None:
    assert {each.body for each in OPERATIONS if each.body} == set(BODIES)
