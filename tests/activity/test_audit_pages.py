"""The audit trail on its page, as a file and by the API."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test import Client

from lineo.accounts.happened import Subject, tell
from lineo.accounts.ids import uuid7
from lineo.accounts.models import Role
from lineo.accounts.tokens import create_token
from lineo.activity import trail_files
from lineo.activity.models import Event
from planning.services import projects, tasks
from tests.builders import join, make_baseline, make_project, make_team


@pytest.fixture
def team(db):
    team = make_team(role=Role.OWNER)
    with team.context():
        yield team


@pytest.fixture
def owner(client, team):
    client.force_login(team.person)
    return client


def number_events():
    """Give the numbers that a commit would give."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_it_shows_changes_and_other_deeds_the_newest_first(owner, team):
    scenario = make_baseline(team, name="Foundry")
    tasks.add_task(scenario, actor=team.person, name="Dig")
    projects.edit_project(scenario.project, actor=team.person, name="Mill")
    number_events()

    page = owner.get("/audit/").text

    positions = [
        page.index(what) for what in ("project.edited", "Added “Dig”", "Created “Foundry”")
    ]
    assert positions == sorted(positions)
    assert "<del>Foundry</del>" in page
    assert "<ins>Mill</ins>" in page


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER, Role.GUEST])
@pytest.mark.parametrize("address", ["/audit/", "/audit/export/csv/", "/api/v1/audit/"])
def test_it_is_for_those_who_administer(client, team, role, address):
    client.force_login(join(team, role))

    assert client.get(address).status_code == 403


def test_only_those_who_may_open_it_find_a_link(client, owner, team):
    assert 'href="/audit/"' in owner.get("/").text

    client.force_login(join(team, Role.MEMBER))

    assert 'href="/audit/"' not in client.get("/").text


@pytest.fixture
def two_deeds(team):
    bo = join(team)
    thing = uuid7()
    tell("thing.made", workspace=team.workspace, actor=team.person,
         subject=Subject("thing", thing, "A crane"))  # fmt: skip
    tell("thing.moved", workspace=team.workspace, actor=bo,
         subject=Subject("thing", uuid7(), "A digger"))  # fmt: skip
    number_events()
    return bo, thing


@pytest.mark.parametrize(
    "by", ["action=thing.made", "q=crane", "q=thing.made", "actor=ADA", "subject=THING"]
)
def test_it_is_searched(owner, team, two_deeds, by):
    query = by.replace("ADA", str(team.person.pk)).replace("THING", str(two_deeds[1]))

    page = owner.get(f"/audit/?{query}", headers={"HX-Request": "true"}).text

    assert "A crane" in page
    assert "A digger" not in page


@pytest.mark.parametrize(
    ("days", "is_found"),
    [
        ("since=2000-01-01", True),
        ("until=2000-01-01", False),
        ("since=2999-01-01", False),
        ("until=9999-12-31", True),
    ],
)
def test_it_is_searched_by_time(owner, two_deeds, days, is_found):
    assert ("A crane" in owner.get(f"/audit/?{days}").text) is is_found


@pytest.mark.parametrize(
    "query", ["actor=nobody", "since=yesterday", "subject=x", "since=9999999-01-01"]
)
def test_a_filter_that_makes_no_sense_is_told(owner, query):
    assert owner.get(f"/audit/?{query}").status_code == 422


@pytest.mark.parametrize("query", ["before=x", "before=" + "9" * 30, "q=%00", "q=%ED%A0%80"])
def test_other_nonsense_breaks_nothing(owner, query):
    assert owner.get(f"/audit/?{query}").status_code in (200, 422)


def test_it_goes_further_back_page_by_page(owner, team):
    for number in range(60):
        tell("thing.done", workspace=team.workspace, actor=None,
             subject=Subject("thing", uuid7(), f"Thing {number:03}"))  # fmt: skip
    number_events()
    first = owner.get("/audit/").text
    oldest = Event.objects.order_by("-sequence")[49].sequence

    second = owner.get(f"/audit/?before={oldest}").text

    assert f"before={oldest}" in first
    assert "Thing 059" in first
    assert "Thing 009" not in first
    assert "Thing 009" in second
    assert "Thing 059" not in second


def test_its_queries_do_not_grow_with_it(owner, team, django_assert_max_num_queries):
    for number in range(40):
        make_project(team, name=f"Project {number}")
    number_events()

    with django_assert_max_num_queries(15):
        owner.get("/audit/")


def test_a_table_of_it_holds_no_formulas(owner, team):
    make_project(team, name="=HYPERLINK(1)")
    tell("thing.done", workspace=team.workspace, actor=team.person,
         subject=Subject("thing", uuid7(), "@SUM(A1)"), after="+1")  # fmt: skip
    number_events()

    answer = owner.get("/audit/export/csv/?action=thing.done")

    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["object"], row["after"]) == ("'@SUM(A1)", "'+1")
    assert row["actor_id"] == str(team.person.pk)
    assert "attachment" in answer["Content-Disposition"]


def test_a_file_of_it_holds_every_edit(owner, team):
    scenario = make_baseline(team)
    tasks.add_task(scenario, actor=team.person, name="Dig")
    number_events()

    newest, *_ = json.loads(owner.get("/audit/export/json/").content)

    assert newest["action"] == "scenario.changed"
    assert "Dig" in json.dumps(newest["edits"])


def test_taking_it_along_is_recorded(owner, team):
    owner.get("/audit/export/csv/")
    number_events()

    assert "audit.exported" in owner.get("/audit/").text


def test_a_file_that_would_be_too_long_is_refused(owner, two_deeds, monkeypatch):
    monkeypatch.setattr(trail_files, "MOST_ROWS", 1)

    answer = owner.get("/audit/export/csv/")

    assert answer.status_code == 422
    assert "shorter time" in answer.text


def test_the_api_shows_the_same(owner, team, two_deeds):
    answer = owner.get("/api/v1/audit/", {"search": "crane", "action": "thing.made"}).json()

    (line,) = answer["results"]
    assert line["object"] == {"kind": "thing", "id": str(two_deeds[1]), "name": "A crane"}
    assert line["actor"]["name"] == str(team.person)
    assert answer["count"] == 1


def test_it_names_the_token_that_was_used(owner, team):
    scenario = make_baseline(team, name="Foundry")
    minted = create_token(
        team.membership,
        name="Night script",
        scopes=["read", "edit"],
        days=1,
        actor=team.membership,
    )
    caller = Client(headers={"Authorization": f"Bearer {minted.secret}"})
    address = f"/api/v1/scenarios/{scenario.pk}/tasks/"
    added = caller.post(address, {"name": "Dig"}, content_type="application/json")
    posted = f"/api/v1/tasks/{added.json()['id']}/teamwork/"
    caller.patch(posted, {"priority": "high"}, "application/json", headers={"If-Match": "*"})
    owner.post(address, {"name": "Pour"}, content_type="application/json")
    number_events()

    by_token = {"id": str(minted.token.pk), "name": "Night script"}
    lines = owner.get("/api/v1/audit/", {"actor": team.person.pk, "limit": 3}).json()["results"]
    (row, *_) = csv.DictReader(io.StringIO(owner.get("/audit/export/csv/?q=night+script").text))

    assert [line["actor"]["token"] for line in lines] == [None, by_token, by_token]
    assert (row["token"], row["token_id"]) == (by_token["name"], by_token["id"])
    assert owner.get("/audit/").text.count("by token “Night script”") == 2


def test_another_workspace_sees_nothing_of_it(client, two_deeds):
    client.force_login(make_team("Elsewhere", role=Role.OWNER).person)

    assert "A crane" not in client.get("/audit/").text
