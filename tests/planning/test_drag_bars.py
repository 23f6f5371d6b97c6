"""Dragging bars and links: each is one POST, one change and one undo."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from lineo.activity.models import Change
from planning.core.plan import Constraint, ConstraintType
from planning.models import Dependency, Scenario, Task
from planning.services import history, tasks
from tests.builders import Team, make_chain, make_team

HTMX = {"HX-Request": "true"}


@pytest.fixture
def chain(team: Team, scenario: Scenario) -> list[Task]:
    return make_chain(scenario, "Dig", "Pour", "Cure", team=team)


@pytest.fixture
def client(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


def actions(scenario: Scenario, chain: list[Task]) -> dict[str, tuple[str, dict[str, str]]]:
    """Return an address and a good form for each action."""
    dig, pour, cure = chain
    links = f"/scenarios/{scenario.pk}/links"
    ends = {"from": dig.key, "to": pour.key}
    return {
        "reschedule": (f"/tasks/{pour.pk}/reschedule/", {"start": "2026-01-08"}),
        "resize": (f"/tasks/{pour.pk}/resize/", {"duration": "3d"}),
        "move": (f"/tasks/{cure.pk}/move/", {"before": dig.key}),
        "link": (f"{links}/add/", {"from": dig.key, "to": cure.key, "type": "SS", "lag": "1d"}),
        "change": (f"{links}/change/", {**ends, "lag": "2d"}),
        "unlink": (f"{links}/remove/", ends),
    }


def kept(response: Any) -> dict[str, int]:
    """Return the versions that an answer tells."""
    found: dict[str, int] = json.loads(response["HX-Trigger"])["rows-kept"]["versions"]
    return found


def test_an_answer_tells_the_version_that_the_next_drag_stands_on(
    client: Client, scenario: Scenario, chain: list[Task]
) -> None:
    """Who drags a bar twice is faster than its row comes anew, and no other than themselves."""
    pour = Task.objects.get(pk=chain[1].pk)
    address = f"/tasks/{pour.pk}/reschedule/"
    first = client.post(address, {"start": "2026-01-08", "version": pour.version}, headers=HTMX)
    stale = client.post(address, {"start": "2026-01-09", "version": pour.version}, headers=HTMX)

    told = kept(first)[str(pour.pk)]
    second = client.post(address, {"start": "2026-01-09", "version": told}, headers=HTMX)

    assert stale.status_code == 409
    assert told == pour.version + 1
    assert second.status_code == 200


NAMES = ("reschedule", "resize", "move", "link", "change", "unlink")


@pytest.mark.parametrize("name", NAMES)
def test_each_action_is_one_change_that_can_be_undone(
    name: str, client: Client, team: Team, scenario: Scenario, chain: list[Task]
) -> None:
    address, form = actions(scenario, chain)[name]
    dates = list(Task.objects.order_by("key").values("key", "start", "finish", "position"))
    changes = Change.objects.filter(subject_id=scenario.pk)
    before = changes.count()

    response = client.post(address, form, headers=HTMX)

    assert response.status_code == 200
    assert "plan-changed" in response["HX-Trigger"]
    assert changes.count() == before + 1
    scenario.refresh_from_db()
    history.undo(scenario, actor=team.person)
    after = list(Task.objects.order_by("key").values("key", "start", "finish", "position"))
    assert after == dates


@pytest.mark.parametrize("name", NAMES)
def test_without_javascript_it_goes_back_to_the_plan(
    name: str, client: Client, scenario: Scenario, chain: list[Task]
) -> None:
    address, form = actions(scenario, chain)[name]

    response = client.post(address, form)

    assert response.status_code == 302
    assert str(scenario.pk) in response["Location"]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_post_and_nobody_elses(
    name: str, client: Client, scenario: Scenario, chain: list[Task]
) -> None:
    address, form = actions(scenario, chain)[name]
    stranger = Client()
    stranger.force_login(make_team("Elsewhere").person)

    assert client.get(address).status_code == 405
    assert stranger.post(address, form).status_code == 404


@pytest.mark.parametrize(
    ("name", "form", "said"),
    [
        ("reschedule", {}, "start"),
        ("reschedule", {"start": "soon"}, "is no date"),
        ("reschedule", {"start": "2026-01-05"}, "waits for “Dig”"),
        ("resize", {"duration": "long"}, "duration"),
        ("resize", {"finish": "2026-01-01"}, "can&#x27;t finish before it starts"),
        ("move", {"before": "nothing"}, "nothing"),
        ("link", {"from": "L3", "to": "L1"}, "circle: Dig → Pour → Cure → Dig"),
        ("link", {"from": "L3", "to": "L1", "type": "XX"}, "FS, SS, FF or SF"),
        ("change", {"from": "L1", "to": "L3"}, "no longer exists"),
        ("unlink", {"from": "L1", "to": "L3"}, "no longer exists"),
    ],
)
def test_what_makes_no_sense_changes_nothing_and_says_why(
    name: str,
    form: dict[str, str],
    said: str,
    client: Client,
    scenario: Scenario,
    chain: list[Task],
) -> None:
    address, _good = actions(scenario, chain)[name]
    before = Scenario.objects.get(pk=scenario.pk).revision

    response = client.post(address, form)

    assert response.status_code == 422
    assert said in response.text.replace("’", "&#x27;")
    assert Scenario.objects.get(pk=scenario.pk).revision == before


def test_what_somebody_else_changed_meanwhile_is_409(
    client: Client, team: Team, scenario: Scenario, chain: list[Task]
) -> None:
    address, form = actions(scenario, chain)["reschedule"]
    seen = chain[1].version
    tasks.edit_task(scenario, chain[1].key, actor=team.person, name="Pour slowly")

    response = client.post(address, {**form, "version": str(seen)}, headers=HTMX)

    assert response.status_code == 409


def test_a_bar_dragged_there_and_back_leaves_no_constraint(
    client: Client, scenario: Scenario, chain: list[Task]
) -> None:
    address, _form = actions(scenario, chain)["reschedule"]

    client.post(address, {"start": "2026-01-14T10:00"})
    there = wish_of(chain[1])
    client.post(address, {"start": "2026-01-12"})
    moved = wish_of(chain[1])
    client.post(address, {"start": "2026-01-06"})

    assert there == ("SNET", "2026-01-14T10:00:00")
    assert moved == ("SNET", "2026-01-12T08:00:00")
    assert wish_of(chain[1]) is None


def wish_of(row: Task) -> Any:
    row.refresh_from_db()
    if not row.constraint_type:
        return None
    return row.constraint_type, row.constraint_date.isoformat()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"actual_start": "2026-01-06T08:00"}, "has started"),
        (
            {"actual_start": "2026-01-06T08:00", "actual_finish": "2026-01-06T17:00"},
            "is finished",
        ),
        ({"constraint": Constraint(ConstraintType.ALAP)}, "as late as possible"),
        ({"constraint": ("MSO", "2026-01-07T08:00")}, "must start on 2026-01-07 08:00"),
        ({"constraint": ("SNLT", "2026-01-07T08:00")}, "starts no later than 2026-01-07 08:00"),
    ],
)
def test_what_holds_a_bar_is_named(
    fields: dict[str, Any],
    said: str,
    client: Client,
    team: Team,
    scenario: Scenario,
    chain: list[Task],
) -> None:
    tasks.edit_task(scenario, chain[1].key, actor=team.person, **typed(fields))
    address, _form = actions(scenario, chain)["reschedule"]

    response = client.post(address, {"start": "2026-01-12"})

    assert response.status_code == 422
    assert said in response.text


def typed(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields with their dates and constraints as the core has them."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, tuple):
            kind, moment = value
            found[name] = Constraint(ConstraintType(kind), datetime.fromisoformat(moment))
        else:
            found[name] = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found


def test_a_manual_task_gets_the_dates_and_keeps_its_length(
    client: Client, team: Team, scenario: Scenario, chain: list[Task]
) -> None:
    dates = typed({"manual_start": "2026-01-07T08:00", "manual_finish": "2026-01-08T17:00"})
    tasks.edit_task(scenario, chain[1].key, actor=team.person, **dates)
    address, _form = actions(scenario, chain)["reschedule"]

    client.post(address, {"start": "2026-01-09"})

    chain[1].refresh_from_db()
    assert chain[1].start.isoformat() == "2026-01-09T08:00:00"
    assert chain[1].finish.isoformat() == "2026-01-12T17:00:00"
    assert not chain[1].constraint_type


def test_a_finish_dragged_scales_the_range(
    client: Client, team: Team, scenario: Scenario, chain: list[Task]
) -> None:
    pour = chain[1]
    client.post(f"/tasks/{pour.pk}/cell/", {"field": "duration", "value": "1..2..4d"})

    client.post(f"/tasks/{pour.pk}/resize/", {"finish": "2026-01-09"})

    pour.refresh_from_db()
    assert pour.duration_minutes == 4 * 480
    assert {name: pour.estimate[name] for name in ("low", "mode", "high")} == {
        "low": 2 * 480,
        "mode": 4 * 480,
        "high": 8 * 480,
    }


def test_a_link_dragged_is_there(client: Client, scenario: Scenario, chain: list[Task]) -> None:
    address, form = actions(scenario, chain)["link"]

    client.post(address, form)

    assert Dependency.objects.filter(
        predecessor__key=form["from"], successor__key=form["to"], type="SS", lag_minutes=480
    ).exists()
