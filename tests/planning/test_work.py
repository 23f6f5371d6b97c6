"""Work beside the plan: who does it, priority, labels, cycles, relations, what is unblocked."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from planning.core.plan import Dependency, Lag, LinkType
from planning.models import Cycle, Label, Scenario, Task, TaskWork
from planning.models.work import Priority
from planning.services import tasks
from planning.services.projects import baseline_of
from planning.services.scenarios import branch_scenario
from planning.services.views import change_view
from planning.work import board, facts, services, typed
from planning.work.readiness import unblocked_ids
from tests.builders import join, make_chain, make_project, make_team


@pytest.fixture
def chain(scenario, team):
    return make_chain(scenario, "Dig", "Pour", "Cure", team=team)


@pytest.fixture
def client(team):
    client = Client()
    client.force_login(team.person)
    return client


def named(team, name):
    person = join(team)
    person.name = name
    person.save()
    return person


def make_cycle(scenario, team, name="Spring"):
    days = {"first_day": dt.date(2026, 1, 5), "last_day": dt.date(2026, 1, 16)}
    return services.create_cycle(scenario.project, name=name, actor=team.person, **days)


def work_of(task):
    return facts.work_of(task.scenario.project_id, task.key)


def test_it_holds_in_every_scenario_and_makes_no_revision(chain, scenario, team):
    before = Scenario.objects.get(pk=scenario.pk)
    branch = branch_scenario(before, name="Two crews", actor=team.person)

    services.set_work(chain[0], actor=team.person, assignees=[team.person], labels=["permit"])

    same = work_of(branch.tasks.get(key=chain[0].key))
    assert same.assignees == (team.person,)
    assert [label.name for label in same.labels] == ["permit"]
    assert Scenario.objects.get(pk=scenario.pk).revision == before.revision


def test_what_is_left_out_stays(chain, scenario, team):
    services.set_work(chain[0], actor=team.person, priority=Priority.HIGH, labels=["a", "b"])
    services.set_work(chain[0], actor=team.person, labels=["b", "c"])

    work = work_of(chain[0])

    assert work.priority == Priority.HIGH
    assert [label.name for label in work.labels] == ["b", "c"]
    assert work.version == 2


def test_saying_the_same_again_is_no_change(chain, team):
    for _ in range(2):
        services.set_work(chain[0], actor=team.person, priority=Priority.HIGH)

    assert TaskWork.objects.get().version == 1


def test_a_label_is_one_however_it_is_written(chain, team):
    services.set_work(chain[0], actor=team.person, labels=["Permit", "permit ", " PERMIT"])

    assert Label.objects.count() == 1


def test_a_stale_change_is_refused(chain, team):
    services.set_work(chain[0], actor=team.person, priority=Priority.LOW, seen=0)

    with pytest.raises(ValidationError, match="meanwhile"):
        services.set_work(chain[0], actor=team.person, priority=Priority.HIGH, seen=0)


def test_who_may_not_read_the_project_is_not_assigned(chain, team):
    guest = join(team, Role.GUEST)

    with pytest.raises(ValidationError, match="may not read"):
        services.set_work(chain[0], actor=team.person, assignees=[guest])


def test_a_viewer_assigns_nobody(chain, team):
    with pytest.raises(PermissionDenied):
        services.set_work(chain[0], actor=join(team, Role.VIEWER), priority=Priority.HIGH)


def test_a_cycle_of_another_project_is_refused(chain, scenario, team):
    other = make_cycle(baseline_of(make_project(team, "Elsewhere")), team)

    with pytest.raises(ValidationError, match="no such cycle"):
        services.set_work(chain[0], actor=team.person, cycle=other)


def test_a_deleted_cycle_leaves_its_tasks(chain, scenario, team):
    cycle = make_cycle(scenario, team)
    services.set_work(chain[0], actor=team.person, cycle=cycle, priority=Priority.LOW)

    services.delete_cycle(cycle, actor=team.person)

    assert (work_of(chain[0]).cycle, work_of(chain[0]).priority) == (None, Priority.LOW)


def test_a_cycle_can_not_end_before_it_begins(scenario, team):
    with pytest.raises(ValidationError, match="before it begins"):
        services.create_cycle(
            scenario.project,
            name="Backwards",
            first_day=dt.date(2026, 2, 1),
            last_day=dt.date(2026, 1, 1),
            actor=team.person,
        )


def test_relations_are_of_two_tasks_and_once(chain, team):
    services.relate_tasks(chain[0], chain[1], kind="related", actor=team.person)

    with pytest.raises(ValidationError):
        services.relate_tasks(chain[1], chain[0], kind="related", actor=team.person)
    with pytest.raises(ValidationError):
        services.relate_tasks(chain[0], chain[0], kind="duplicates", actor=team.person)


# --- Typed ----------------------------------------------------------------------------------


def test_people_are_read_by_name_beginning_and_address(chain, scenario, team):
    anna = named(team, "Anna Weber")
    project = scenario.project

    for words in ("Anna Weber", "@anna", "web", anna.email):
        assert typed.read(project, "assignees", words) == {"assignees": [anna]}


@pytest.mark.parametrize(
    ("field", "words"),
    [("assignees", "nobody"), ("priority", "soon"), ("cycle", "never")],
)
def test_what_means_nothing_is_refused_with_a_sentence(scenario, field, words):
    with pytest.raises(ValidationError):
        typed.read(scenario.project, field, words)


def test_two_of_one_name_are_asked_about(scenario, team):
    named(team, "Anna Weber")
    named(team, "Anna Ott")

    with pytest.raises(ValidationError, match="Whom do you mean"):
        typed.read(scenario.project, "assignees", "anna")


# --- Unblocked ------------------------------------------------------------------------------


def unblocked(scenario):
    ids = unblocked_ids(scenario)
    return {task.name for task in Task.objects.filter(pk__in=ids)}


def finish(scenario, task, team):
    scenario.refresh_from_db()
    tasks.edit_task(
        scenario,
        task.key,
        actor=team.person,
        actual_start=dt.datetime(2026, 1, 5, 8),
        actual_finish=dt.datetime(2026, 1, 5, 17),
    )


def test_the_first_of_a_chain_is_unblocked_and_then_the_next(chain, scenario, team):
    assert unblocked(scenario) == {"Dig"}

    finish(scenario, chain[0], team)

    assert unblocked(scenario) == {"Pour"}


def test_an_ss_link_holds_until_its_predecessor_has_begun(scenario, team):
    one = tasks.add_task(scenario, actor=team.person, name="One")
    two = tasks.add_task(scenario, actor=team.person, name="Two")
    link = Dependency(one.key, two.key, LinkType.SS, Lag())
    tasks.add_dependency(scenario, link, actor=team.person)
    assert unblocked(scenario) == {"One"}

    scenario.refresh_from_db()
    tasks.edit_task(scenario, one.key, actor=team.person, actual_start=dt.datetime(2026, 1, 5, 8))

    assert unblocked(scenario) == {"One", "Two"}


def test_ff_and_sf_hold_no_start(scenario, team):
    one = tasks.add_task(scenario, actor=team.person, name="One")
    two = tasks.add_task(scenario, actor=team.person, name="Two")
    link = Dependency(one.key, two.key, LinkType.FF, Lag())
    tasks.add_dependency(scenario, link, actor=team.person)

    assert unblocked(scenario) == {"One", "Two"}


def test_a_link_of_a_summary_is_one_of_all_its_leaves(scenario, team):
    first = tasks.add_task(scenario, actor=team.person, name="First")
    phase = tasks.add_task(scenario, actor=team.person, name="Phase")
    for name in ("Inner one", "Inner two"):
        tasks.add_task(scenario, actor=team.person, name=name, parent=phase.key)
    last = tasks.add_task(scenario, actor=team.person, name="Last")
    tasks.add_dependency(scenario, Dependency(first.key, phase.key), actor=team.person)
    tasks.add_dependency(scenario, Dependency(phase.key, last.key), actor=team.person)
    assert unblocked(scenario) == {"First"}

    finish(scenario, first, team)
    assert unblocked(scenario) == {"Inner one", "Inner two"}

    finish(scenario, Task.objects.get(name="Inner one"), team)
    assert unblocked(scenario) == {"Inner two"}

    finish(scenario, Task.objects.get(name="Inner two"), team)
    assert unblocked(scenario) == {"Last"}


# --- Pages ----------------------------------------------------------------------------------


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
