"""“You have it already” is said only of what somebody would be shown at this moment.

What one person's browser kept is offered in the name of another, and in that person's own after
a rule, a role, a time zone or the session has changed: each 304 must stand for the very bytes
that a fresh answer has.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from lineo.accounts.actions import ScopeKind
from lineo.accounts.models import Membership, Role, User
from lineo.jobs.entry import run_waiting
from lineo.unchanged import _TOKEN
from planning.models import Scenario
from planning.services import tasks
from simulations.services import start_simulation
from tests.access.telling import SECRET, keep_from
from tests.api.caller import Caller
from tests.api.test_surface import undone
from tests.builders import Team, join, make_baseline, make_chain, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenario(team: Team) -> Scenario:
    scenario = make_baseline(team, name="Foundry")
    make_chain(scenario, f"{SECRET} dig", "Pour", team=team)
    scenario.refresh_from_db()
    tasks.edit_task(scenario, "L1", actor=team.person, duration_minutes=4800)
    scenario.refresh_from_db()
    start_simulation(scenario, actor=team.person, iterations=200)
    while run_waiting():
        pass
    return scenario


@pytest.fixture
def places(scenario: Scenario) -> list[str]:
    pk, project = scenario.pk, scenario.project_id
    task = scenario.tasks.get(key="L2").pk
    return [
        "/",
        "/portfolio/",
        "/portfolio/pictures/lanes-svg/",
        "/notices/",
        f"/projects/{project}/",
        f"/projects/{project}/timeline/",
        f"/scenarios/{pk}/",
        f"/scenarios/{pk}/history/",
        f"/scenarios/{pk}/forecast/",
        f"/scenarios/{pk}/pictures/gantt-svg/",
        f"/tasks/{task}/",
        "/api/v1/users/me/",
        "/api/v1/projects/",
        f"/api/v1/scenarios/{pk}/",
        f"/api/v1/scenarios/{pk}/tasks/",
        f"/api/v1/scenarios/{pk}/changes/",
        f"/api/v1/scenarios/{pk}/forecast/",
        f"/api/v1/scenarios/{pk}/live/?drawing=true",
        f"/api/v1/tasks/{task}/",
    ]


Kept = dict[str, tuple[str, bytes]]


def kept_by(caller: Caller, places: list[str]) -> Kept:
    """Return what a browser keeps: each address with its tag and its bytes."""
    answers = {place: caller.get(place) for place in places}
    assert {place: one.status_code for place, one in answers.items() if "ETag" not in one} == {}
    return {place: (one["ETag"], plain(one.content)) for place, one in answers.items()}


def plain(content: bytes) -> bytes:
    """Return a page without the token against forged requests, which is masked anew each time."""
    return _TOKEN.sub(rb"\1", content)


def wrongly_known(caller: Caller, kept: Kept) -> list[str]:
    """Return the addresses at which an answer stands for other bytes than a fresh one has."""
    found = []
    for place, (tag, content) in kept.items():
        answer = caller.client.get(place, headers={"If-None-Match": tag})
        if answer.status_code == 304 and plain(caller.get(place).content) != content:
            found.append(place)
    return found


def known(caller: Caller, kept: Kept) -> list[str]:
    found = []
    for place, (tag, _content) in kept.items():
        # A refusal takes back the transaction that it is in: here, one of its own.
        with undone():
            answer = caller.client.get(place, headers={"If-None-Match": tag})
        if answer.status_code == 304:
            found.append(place)
    return found


def test_what_one_has_is_known_to_them(team: Team, places: list[str]) -> None:
    caller = Caller(team.person)
    kept = kept_by(caller, places)

    # The form of a simulation holds a key that is made anew each time.
    unknown = set(places) - set(known(caller, kept))
    assert [one for one in unknown if not re.fullmatch("/scenarios/[^/]+/forecast/", one)] == []


@pytest.mark.parametrize("role", [Role.ADMIN, Role.VIEWER])
def test_nobody_is_told_that_they_have_what_somebody_else_has(
    team: Team, places: list[str], role: Role
) -> None:
    kept = kept_by(Caller(team.person), places)

    assert wrongly_known(Caller(join(team, role)), kept) == []


def test_no_stranger_is_told_that_a_page_is_as_it_was(team: Team, places: list[str]) -> None:
    caller = Caller(team.person)
    kept = kept_by(caller, places)
    elsewhere = Caller(make_team("Elsewhere").person)
    caller.post("/sign-out/")

    for stranger in (caller, Caller(), elsewhere):
        assert known(stranger, kept) == []


def hidden_task(team: Team, scenario: Scenario, person: User) -> None:
    keep_from(team, ScopeKind.TASK, scenario.project, "L1", person=person)


def hidden_scenario(team: Team, scenario: Scenario, person: User) -> None:
    keep_from(team, ScopeKind.SCENARIO, scenario, person=person)


def lowered(team: Team, scenario: Scenario, person: User) -> None:
    Membership.objects.filter(person=person).update(role=Role.VIEWER)


def suspended(team: Team, scenario: Scenario, person: User) -> None:
    Membership.objects.filter(person=person).update(is_suspended=True)


def in_another_zone(team: Team, scenario: Scenario, person: User) -> None:
    User.objects.filter(pk=person.pk).update(time_zone="Pacific/Chatham")


Turn = Callable[[Team, Scenario, User], Any]


@pytest.mark.parametrize(
    "turn", [hidden_task, hidden_scenario, lowered, suspended, in_another_zone]
)
def test_what_was_kept_is_not_known_any_more(
    team: Team, scenario: Scenario, places: list[str], turn: Turn
) -> None:
    person = join(team)
    caller = Caller(person)
    kept = kept_by(caller, places)

    turn(team, scenario, person)

    assert wrongly_known(caller, kept) == []
    about = [place for place in kept if f"/scenarios/{scenario.pk}/" in place]
    if turn in (hidden_scenario, suspended):
        assert known(caller, {place: kept[place] for place in about}) == []
    if turn is hidden_task:
        assert f"/api/v1/scenarios/{scenario.pk}/tasks/" not in known(caller, kept)
