"""Work beside the plan on pages and over the API: the table, the panel, boards, cycles."""

import pytest
from django.test import Client
from django.urls import reverse

from planning.models import Cycle
from planning.models.work import Priority
from planning.services.views import change_view
from planning.work import board, services
from tests.builders import make_chain, make_team
from tests.planning.working import make_cycle, named, work_of


@pytest.fixture
def chain(scenario, team):
    return make_chain(scenario, "Dig", "Pour", "Cure", team=team)


@pytest.fixture
def client(team):
    client = Client()
    client.force_login(team.person)
    return client


def test_the_table_shows_edits_and_filters_them(client, chain, scenario, team):
    anna = named(team, "Anna Weber")
    change_view(scenario, actor=team.person, columns=("assignees", "labels"))
    address = reverse("planning:edit-cell", args=[chain[0].pk])

    saved = client.post(address, {"field": "assignees", "value": "anna", "before": ""})
    late = client.post(address, {"field": "assignees", "value": "", "before": "Somebody"})
    client.post(address, {"field": "labels", "value": "permit, frost"})
    change_view(scenario, actor=team.person, text="@anna #frost")
    page = client.get(reverse("planning:scenario", args=[scenario.pk]))

    assert saved.status_code == 302
    assert late.status_code == 409
    assert work_of(chain[0]).assignees == (anna,)
    assert "Anna Weber" in page.text
    assert 'id="task-1"' in page.text
    assert 'id="task-2"' not in page.text


def test_the_table_can_show_what_is_unblocked(client, chain, scenario, team):
    change_view(scenario, actor=team.person, only=("unblocked",))

    page = client.get(reverse("planning:scenario", args=[scenario.pk]))

    assert 'id="task-1"' in page.text
    assert 'id="task-2"' not in page.text


def test_a_nonsense_cell_is_refused(client, chain):
    address = reverse("planning:edit-cell", args=[chain[0].pk])

    assert client.post(address, {"field": "priority", "value": "soon"}).status_code == 422


def test_many_cells_are_filled_with_the_same(client, chain, scenario, team):
    ids = [task.pk for task in chain]

    response = client.post(
        reverse("planning:set-cells", args=[scenario.pk]),
        {"tasks": ids, "column": "priority", "value": "high"},
    )

    assert response.status_code == 302
    assert {work_of(task).priority for task in chain} == {Priority.HIGH}


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_panel_sets_and_relates(client, chain, scenario, team, headers):
    cycle = make_cycle(scenario, team)
    sent = {
        "version": 0,
        "assignees": team.person.email,
        "priority": "4",
        "labels": "a, b",
        "cycle": cycle.pk,
    }

    done = client.post(reverse("planning:set-work", args=[chain[0].pk]), sent, headers=headers)
    again = client.post(reverse("planning:set-work", args=[chain[0].pk]), sent, headers=headers)
    linked = client.post(
        reverse("planning:relate", args=[chain[0].pk]),
        {"kind": "duplicates", "number": "2"},
        headers=headers,
    )

    assert (done.status_code, linked.status_code) == ((200, 200) if headers else (302, 302))
    assert again.status_code == 409
    assert work_of(chain[0]).cycle == cycle
    page = client.get(reverse("planning:work", args=[chain[1].pk]))
    assert "Duplicated by" in page.text


@pytest.mark.parametrize(
    ("act", "sent"),
    [
        ("set-work", {"assignees": "nobody"}),
        ("set-work", {"priority": "9"}),
        ("relate", {"kind": "duplicates", "number": "99"}),
        ("relate", {"kind": "duplicates", "number": "1"}),
        ("unrelate", {"relation": "nothing"}),
    ],
)
def test_the_panel_refuses_nonsense(client, chain, act, sent):
    response = client.post(reverse(f"planning:{act}", args=[chain[0].pk]), sent)

    assert response.status_code == 422


@pytest.mark.parametrize("act", ["set-work", "relate", "unrelate"])
def test_strangers_find_nothing(client, chain, act):
    stranger = Client()
    stranger.force_login(make_team("Elsewhere").person)
    address = reverse(f"planning:{act}", args=[chain[0].pk])

    assert stranger.post(address).status_code == 404
    assert client.get(address).status_code == 405


@pytest.mark.parametrize("by", board.GROUPINGS)
@pytest.mark.parametrize("show", board.SHOWN)
def test_the_groups_show_each_leaf(client, chain, scenario, team, by, show):
    services.set_work(
        chain[0],
        actor=team.person,
        assignees=[team.person],
        labels=["permit"],
        priority=Priority.HIGH,
        cycle=make_cycle(scenario, team),
    )

    page = client.get(reverse("planning:work-groups", args=[scenario.pk]), {"by": by, "show": show})

    assert "Dig" in page.text
    assert ("Cure" in page.text) == (show != "unblocked")


def test_only_mine_are_mine(client, chain, scenario, team):
    services.set_work(chain[1], actor=team.person, assignees=[team.person])
    address = reverse("planning:work-groups", args=[scenario.pk])

    page = client.get(address, {"show": "all", "mine": "1"})

    assert ">Pour</a>" in page.text
    assert ">Dig</a>" not in page.text


def test_cycles_are_made_changed_and_deleted(client, scenario):
    listed = reverse("planning:cycles", args=[scenario.project_id])
    days = {"first_day": "2026-01-05", "last_day": "2026-01-16"}

    made = client.post(f"{listed}add/", {"name": "Spring", **days})
    twice = client.post(f"{listed}add/", {"name": "Spring", **days})
    cycle = Cycle.objects.get()
    changed = client.post(reverse("planning:cycle", args=[cycle.pk]), {"name": "May", **days})
    bad = client.post(reverse("planning:cycle", args=[cycle.pk]), {"name": "", **days})

    assert [one.status_code for one in (made, twice, changed, bad)] == [302, 422, 302, 422]
    assert "May" in client.get(listed).text
    assert client.post(reverse("planning:delete-cycle", args=[cycle.pk])).status_code == 302
    assert not Cycle.objects.exists()


def test_a_page_asks_as_often_for_much_as_for_little(
    client, scenario, team, django_assert_max_num_queries
):
    rows = make_chain(scenario, *(f"Task {number}" for number in range(30)), team=team)
    for row in rows:
        services.set_work(row, actor=team.person, assignees=[team.person], labels=["a", "b"])
    address = reverse("planning:work-groups", args=[scenario.pk])
    client.get(address, {"show": "all"})

    with django_assert_max_num_queries(19):
        client.get(address, {"show": "all"})


# --- API ------------------------------------------------------------------------------------


def test_the_api_sets_lists_and_narrows(chain, scenario, team):
    from tests.api.caller import Caller, fields_of

    caller = Caller(team.person)
    address = f"/api/v1/tasks/{chain[0].pk}/teamwork/"
    sent = {"assignees": [str(team.person.pk)], "priority": "high", "labels": ["permit"]}

    changed = caller.patch(address, sent, if_match='"0"')
    stale = caller.patch(address, sent, if_match='"0"')
    foreign = caller.patch(address, {"cycle": str(chain[0].pk)}, if_match="*")
    listed = f"/api/v1/scenarios/{scenario.pk}/teamwork/"

    assert changed.json()["priority"] == "high"
    assert stale.status_code == 412
    assert fields_of(foreign) == ["cycle"]
    for query in ({"label": "Permit"}, {"priority": "high"}, {"assignee": str(team.person.pk)}):
        assert caller.get(listed, **query).json()["count"] == 1
    assert caller.get(listed, priority="none").json()["count"] == 2
    assert caller.get(listed, unblocked="false").json()["count"] == 2
    free = caller.get(f"/api/v1/scenarios/{scenario.pk}/unblocked/").json()["results"]
    assert [task["name"] for task in free] == ["Dig"]
