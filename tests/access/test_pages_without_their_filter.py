"""The second wall: with the selector's filter removed by hand, still no foreign row.

Every selector of planning and of simulations begins at ``projects_for``; it is
replaced by one that asks nothing.
"""

import pytest

from lineo.accounts.models import Role
from planning import selectors
from planning.models import Project
from tests.access.pages import lists, pages, routes
from tests.api.surface import one_of_each
from tests.builders import join, make_baseline, make_team

pytestmark = pytest.mark.django_db

MARK = "Tunnel of strangers"


@pytest.fixture
def _no_filter(monkeypatch):
    monkeypatch.setattr(selectors, "projects_for", lambda membership: Project.objects.all())


@pytest.fixture
def foreign():
    team = make_team("Strangers")
    with team.context():
        ids = one_of_each(make_baseline(team, name=MARK), team)
    by_kind = {key.partition(":")[0]: value for key, value in ids.items()}
    return team, {**by_kind, "imports": by_kind["jobs"], "merge-forecasts": by_kind["jobs"]}


def test_the_routes_are_those_of_the_whole_site():
    assert len(routes()) > 60
    assert len(lists()) >= 3


def test_to_its_own_people_the_pages_are_there(client, foreign):
    team, ids = foreign
    client.force_login(team.person)

    found = [url for url in pages(ids) if client.get(url).status_code == 200]
    marked = [url for url in [*lists(), *found] if MARK in client.get(url).text]

    assert len(found) > 25
    assert len(marked) > 5


@pytest.mark.usefixtures("_no_filter")
def test_no_page_shows_a_foreign_row_without_the_filter(client, foreign):
    _, ids = foreign
    client.force_login(make_team("Ours").person)

    answers = {url: client.get(url) for url in pages(ids)}

    assert {
        url: a.status_code for url, a in answers.items() if a.status_code not in (404, 405)
    } == {}
    assert [url for url, answer in answers.items() if MARK in answer.text] == []


@pytest.mark.usefixtures("_no_filter", "foreign")
def test_no_list_shows_a_foreign_row_without_the_filter(client):
    client.force_login(make_team("Ours").person)

    answers = {url: client.get(url) for url in lists()}

    assert [url for url, answer in answers.items() if answer.status_code >= 500] == []
    assert [url for url, answer in answers.items() if MARK in answer.text] == []


def test_a_guest_sees_no_project_with_the_filter(client, foreign):
    team, ids = foreign
    client.force_login(join(team, Role.GUEST))

    assert client.get(f"/projects/{ids['projects']}/").status_code == 404


@pytest.mark.usefixtures("_no_filter")
def test_and_sees_it_without_so_the_filter_is_really_gone(client, foreign):
    team, ids = foreign
    client.force_login(join(team, Role.GUEST))

    assert client.get(f"/projects/{ids['projects']}/").status_code == 200
