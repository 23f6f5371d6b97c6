"""Who may do what, everywhere: every address × method × role × own, foreign and missing.

What is expected follows from the row of the address in ``rules.py`` and from the policy's table.
`make test` asks each address and method as some of the roles, `make test-long` as all of them.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from lineo.accounts.ids import uuid7
from lineo.accounts.models import Membership, Role
from lineo.accounts.policy import ACTIONS_BY_ROLE, Action
from lineo.accounts.tenancy import workspace_context
from tests.access.forms import FORMS, form_for
from tests.access.rules import RULES, Hidden, Needs, Who
from tests.access.surface import (
    METHODS,
    Endpoint,
    admin_endpoints,
    body_for,
    described,
    endpoints,
)
from tests.api.caller import Caller
from tests.api.surface import FILE, one_of_each
from tests.api.test_surface import REFUSED
from tests.builders import Team, join, make_baseline, make_team
from tests.kept_rows import kept_rows, settle
from tests.sampling import Chosen, sampled

# What thousands of requests go through is counted once, where each operation does what it says.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

ENDPOINTS = endpoints()
DESCRIBED = described()
ROLES = ("anonymous", "outsider", "guest", "viewer", "member", "admin", "owner", "suspended")
CELLS = [
    (endpoint, method, needs)
    for endpoint in ENDPOINTS
    for method, needs in RULES.get(endpoint.name, {}).items()
]
GOOD, REFUSABLE = {200, 202, 201, 204, 302}, {400, 409, 412, 422, 428}
_TOKEN = re.compile(rb"[A-Za-z0-9]{64}")
_SIGN_IN, _CHOOSE = "/sign-in/", "/workspaces/"


@dataclass
class World:
    """Two workspaces with one row of each kind, and one caller of each role."""

    own: dict[str, Any]
    foreign: dict[str, Any]
    callers: dict[str, Caller]

    @property
    def missing(self) -> dict[str, Any]:
        return {name: uuid7() for name in self.own}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with kept_rows(django_db_blocker):
        ours, theirs = make_team("Ours", Role.OWNER), make_team("Theirs", Role.OWNER)
        made = World(own=rows_of(ours), foreign=rows_of(theirs), callers=callers_of(ours, theirs))
        settle()
        yield made


def rows_of(team: Team) -> dict[str, Any]:
    with team.context():
        ids = one_of_each(make_baseline(team), team)
    by_kind = {key.partition(":")[0]: value for key, value in ids.items()}
    return {"merge-forecasts": by_kind["jobs"], **ids, **by_kind, "imports": by_kind["jobs"]}


def callers_of(ours: Team, theirs: Team) -> dict[str, Caller]:
    suspended = join(ours, Role.MEMBER)
    with workspace_context(ours.workspace, None):
        Membership.objects.filter(person=suspended).update(is_suspended=True)
    roles = {role.value: Caller(join(ours, role)) for role in Role}
    return {
        "anonymous": Caller(),
        "outsider": Caller(theirs.person),
        "suspended": Caller(suspended),
        **roles,
    }


def send(caller: Caller, endpoint: Endpoint, method: str, ids: dict[str, Any]) -> Any:
    """Send a good request, with the ids of rows that are own, foreign or missing."""
    cookies = caller.client.cookies
    caller.client.cookies = SimpleCookie(cookies.output(header="", sep=";"))  # one may sign out
    try:
        return _send(caller, endpoint, method, ids)
    finally:
        caller.client.cookies = cookies


def _send(caller: Caller, endpoint: Endpoint, method: str, ids: dict[str, Any]) -> Any:
    address = endpoint.at(ids)
    if endpoint.is_api:
        known = DESCRIBED.get((method, endpoint.path))
        kind = FILE if known and known.takes_file else "application/json"
        body = None if method == "GET" else body_for(known, ids)
        return caller.send(method, address, body, if_match="*", content_type=kind)
    if method in {"GET", "POST"}:
        return getattr(caller.client, method.lower())(
            address, {} if method == "GET" else form_for(endpoint.name, ids)
        )
    return caller.client.generic(method, address)


@contextmanager
def undone() -> Any:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows_written() -> int:
    """Return how many rows this transaction has written so far, taken back or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
            " FROM pg_stat_xact_user_tables WHERE relname <> 'django_session'"
        )
        return int(cursor.fetchone()[0])


def may(role: str, endpoint: Endpoint, needs: Needs) -> bool:
    """Return what the tables say: does this role do that in its workspace, or to a row of ours?"""
    if needs is Who.EVERYONE:
        return True
    if needs is Who.SIGNED_IN:
        return role != "anonymous"
    if needs is Who.IN_WORKSPACE:
        return role not in {"anonymous", "suspended"}
    if role == "outsider":
        return not endpoint.has_id  # an owner elsewhere
    if needs in {Who.ITS_PERSON, Who.ITS_AUTHOR} or role in {"anonymous", "suspended"}:
        return False
    action = needs.action if isinstance(needs, Hidden) else needs
    return action in ACTIONS_BY_ROLE[Role(role)]


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    names = [each.name for each in ENDPOINTS]

    assert sorted(set(names) - RULES.keys()) == []
    assert sorted(RULES.keys() - set(names)) == []
    assert len(names) > 120


def test_the_rows_of_the_api_are_those_of_its_description() -> None:
    known = {(method, each.path) for each, method, _ in CELLS if each.is_api}

    assert set(DESCRIBED) <= known
    assert {path for _, path in known - set(DESCRIBED)} == {
        f"/api/v1/{name}"
        for name in ("schema/", "docs/", "docs/swagger-ui.css", "redoc/", "redoc/redoc.js")
    }


def test_what_is_written_is_counted_also_where_it_is_taken_back(world: World) -> None:
    before = rows_written()

    with undone():
        world.callers["member"].client.post(f"/tasks/{world.own['tasks']}/delete/")

    assert rows_written() > before


@sampled(4)
def test_on_rows_of_the_workspace_the_role_decides(world: World, chosen: Chosen[Any, Any]) -> None:
    findings = []
    for role, (endpoint, method, needs) in chosen(ROLES, CELLS):
        right, before = expected(role, endpoint, method, needs), rows_written()
        with undone():
            response = send(world.callers[role], endpoint, method, world.own)
        wrote = not may(role, endpoint, needs) and rows_written() != before
        leads_elsewhere = (
            response.status_code == 302
            and not may(role, endpoint, needs)
            and not response["Location"].startswith(_door_for(role))
        )
        if response.status_code not in right or wrote or leads_elsewhere:
            findings.append(
                f"{role}: {method} {endpoint} answered {response.status_code}, not {sorted(right)}"
                f"{', and wrote' * wrote}{', and led elsewhere' * leads_elsewhere}"
            )

    assert not findings, "\n".join(findings)


def expected(role: str, endpoint: Endpoint, method: str, needs: Needs) -> set[int]:
    """Return the statuses that are right for a role on a row of its workspace."""
    if may(role, endpoint, needs):
        return GOOD | _may_be_refused(endpoint, method)
    if role in {"anonymous", "suspended"}:
        return {turned_away(role, endpoint)}
    if endpoint.name == "api:rotate-token":
        return {404, 403}  # those who manage people see it, and rotate it no more than others do
    if endpoint.name == "api:rules" and not may(role, endpoint, Action.READ):
        return {403, 422}  # the place that the rule is laid on is not there for them
    if needs is Who.ITS_AUTHOR and role != "outsider":
        needs = Action.OWN  # nobody's right: whoever may read is refused
    if isinstance(needs, Who | Hidden) or role == "outsider":
        return {404}
    if endpoint.has_id and not may(role, endpoint, Action.READ):
        return {404}
    if endpoint.name in {"api:undo", "api:redo"}:
        return {403, 409}  # nothing of theirs is found before anybody asks whether they may
    is_asked_first = endpoint.is_api or endpoint.name in FORMS or method == "GET"
    return {403} if is_asked_first else {403} | REFUSABLE


def turned_away(role: str, endpoint: Endpoint) -> int:
    """Return what says that somebody is not signed in, or in no workspace."""
    if not endpoint.is_api:
        return 302
    return 401 if role == "anonymous" else 403


def _may_be_refused(endpoint: Endpoint, method: str) -> set[int]:
    """Return how what may be done can be refused for other reasons than the role."""
    if endpoint.name.endswith(":reference-file"):
        return {404}  # the reference is a link
    if endpoint.is_api:
        is_refused = f"{method} {endpoint.path}" in REFUSED
        # An outsider's rule is laid on our place, and nothing was changed that could be taken back.
        others = {"api:undo", "api:redo", "api:restore-moment", "api:rules"}
        return {409, 422} if is_refused or endpoint.name in others else set()
    if endpoint.name == "accounts:enter-workspace":
        return {404}
    return set() if endpoint.name in FORMS or method == "GET" else REFUSABLE


def _door_for(role: str) -> str:
    return _CHOOSE if role == "suspended" else _SIGN_IN


@sampled(3)
def test_foreign_and_missing_rows_are_the_same_nothing(
    world: World, chosen: Chosen[Any, Any]
) -> None:
    findings, missing = [], world.missing
    cells = [cell for cell in CELLS if cell[0].has_id]
    for role, (endpoint, method, _) in chosen(ROLES, cells):
        foreign = world.own if role == "outsider" else world.foreign
        right = turned_away(role, endpoint) if role in {"anonymous", "suspended"} else 404
        before = rows_written()
        with undone():
            theirs = send(world.callers[role], endpoint, method, foreign)
            nobodys = send(world.callers[role], endpoint, method, missing)
        statuses = theirs.status_code, nobodys.status_code
        same = said(theirs) == said(nobodys)
        if statuses != (right, right) or not same or rows_written() != before:
            findings.append(f"{role}: {method} {endpoint} answered {statuses}, same: {same}")

    assert not findings, "\n".join(findings)


def said(response: Any) -> tuple[bytes, dict[str, str]]:
    """Return body and headers, without what differs in each answer: ids of requests, tokens.

    The way to the sign-in page tells back the address that was asked for.
    """
    told_back = {"X-Request-Id", "Location"}
    headers = {name: value for name, value in response.items() if name not in told_back}
    body = _TOKEN.sub(b"", response.content)
    if response.status_code in {401, 403}:
        body = re.sub(rb'"request_id": ?"\w+"', b"", body)
    return body, headers


@sampled(2)
def test_other_methods_are_no_way_around(world: World, chosen: Chosen[Any, Any]) -> None:
    findings = []
    others = [
        (endpoint, method)
        for endpoint, method in product(ENDPOINTS, METHODS)
        if method not in RULES.get(endpoint.name, {})
    ]
    for role, (endpoint, method) in chosen(ROLES, others):
        right = {405}
        if role in {"anonymous", "suspended"}:
            right.add(turned_away(role, endpoint))
        before = rows_written()
        with undone():
            response = send(world.callers[role], endpoint, method, world.own)
        if response.status_code not in right or rows_written() != before:
            findings.append(f"{role}: {method} {endpoint} answered {response.status_code}")

    assert not findings, "\n".join(findings)


@sampled(2)
def test_the_admin_is_closed_to_all_of_them(world: World, chosen: Chosen[Any, Any]) -> None:
    open_to_all = {"admin:login", "admin:jsi18n", "admin:logout"}
    addresses = [
        f"/{re.sub(r'<[^>]+>', '1', each.route)}"
        for each in admin_endpoints()
        if each.name not in open_to_all and "(?P" not in each.route
    ]

    findings = []
    asked = product(addresses, ("GET", "POST"))
    for role, (address, method) in chosen(ROLES, asked):
        response = world.callers[role].client.generic(method, address)
        if response.status_code not in {302, 404}:
            findings.append(f"{role}: {method} {address} answered {response.status_code}")

    assert len(addresses) > 50
    assert not findings, "\n".join(findings)


def test_every_address_that_writes_asks_for_the_token(world: World) -> None:
    owner = Client(enforce_csrf_checks=True)
    owner.cookies = world.callers["owner"].client.cookies
    before, findings = rows_written(), []
    for endpoint, method, _ in CELLS:
        if method == "GET":
            continue
        with undone():
            response = owner.generic(
                method, endpoint.at(world.own), b"{}", "application/json", headers={"If-Match": "*"}
            )
        if response.status_code != 403 or rows_written() != before:
            findings.append(f"{method} {endpoint} answered {response.status_code}")

    assert not findings, "\n".join(findings)
