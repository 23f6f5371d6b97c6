"""Several tasks are given the same at once, and what is left alone stays."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lineo.accounts.models import Role
from planning.models import Cycle, Priority, Scenario, Task
from planning.services import history, tasks
from planning.work.facts import work_of
from planning.work.services import create_cycle, set_work
from planning.work.together import Teamwork, set_together
from tests.builders import Team, join, make_chain

HTMX = {"HX-Request": "true"}


@pytest.fixture
def chain(scenario: Scenario, team: Team) -> list[Task]:
    return make_chain(scenario, "Dig", "Pour", "Cure", team=team)


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


def send(person: Client, scenario: Scenario, chosen: list[Task], **wishes: object):
    ids = ",".join(str(row.pk) for row in chosen)
    address = reverse("planning:edit-together", args=[scenario.pk])
    return person.post(address, {"tasks": ids, **wishes}, headers=HTMX)


def test_what_is_of_the_plan_is_one_change_and_one_undo(person, scenario, chain, team):
    before = Scenario.objects.get(pk=scenario.pk).revision

    done = send(person, scenario, chain[:2], risk_level="high", percent_complete="20")

    assert done.status_code == 200
    assert "plan-changed" in done["HX-Trigger"]
    levels = dict(scenario.tasks.values_list("name", "risk_level"))
    shares = dict(scenario.tasks.values_list("name", "percent_complete"))
    assert levels == {"Dig": "high", "Pour": "high", "Cure": ""}
    assert shares == {"Dig": 20, "Pour": 20, "Cure": 0}
    scenario.refresh_from_db()
    assert scenario.revision == before + 1
    history.undo(scenario, actor=team.person)
    assert set(scenario.tasks.values_list("risk_level", flat=True)) == {""}


def test_people_and_labels_come_on_top_of_each_tasks_own(person, scenario, chain, team):
    other = join(team, Role.MEMBER)
    dig, pour, _cure = chain
    set_work(dig, actor=team.person, assignees=[team.person], labels=["site"])
    set_work(pour, actor=team.person, labels=["old", "wet"])

    done = send(
        person,
        scenario,
        [dig, pour],
        add_person=other.pk,
        add_labels="spring, permit",
        drop_label="old",
        priority="2",
    )

    assert done.status_code == 200
    works = [work_of(scenario.project_id, task.key) for task in chain]
    labels = [[label.name for label in work.labels] for work in works]
    assert labels == [["permit", "site", "spring"], ["permit", "spring", "wet"], []]
    people = [{person.pk for person in work.assignees} for work in works]
    assert people == [{team.person.pk, other.pk}, {other.pk}, set()]
    assert [work.priority for work in works] == [2, 2, 0]

    send(person, scenario, [dig, pour], drop_person=other.pk)

    works = [work_of(scenario.project_id, task.key) for task in chain]
    assert [len(work.assignees) for work in works] == [1, 0, 0]


def test_what_a_colleague_adds_at_the_same_moment_is_not_lost(scenario, chain, team):
    """Each task's own people and labels are read once nobody else can change them."""
    wanted = Teamwork(labels=["spring"])

    with CaptureQueriesContext(connection) as asked:
        set_together(scenario, [row.key for row in chain], wanted, actor=team.person)

    said = [one["sql"] for one in asked.captured_queries]
    held = next(place for place, sql in enumerate(said) if "FOR UPDATE" in sql)
    read = next(place for place, sql in enumerate(said) if "planning_tasklabel" in sql)
    assert held < read
    assert all(row.key in said[held] for row in chain)


def test_people_and_labels_are_written_for_all_tasks_at_once(scenario, chain, team):
    chain += make_chain(scenario, "Strip", "Fill", "Plant", "Pave", team=team)[3:]
    wanted = Teamwork(adds=[team.person], labels=["spring"], priority=Priority.HIGH)
    counts = []

    for keys in ([chain[0].key], [row.key for row in chain[1:]]):
        with CaptureQueriesContext(connection) as asked:
            set_together(scenario, keys, wanted, actor=team.person)
        tables = '"planning_task(work|assignee|label)"'
        said = [one["sql"] for one in asked.captured_queries]
        counts.append(sum(bool(re.search(tables, sql)) for sql in said))

    works = [work_of(scenario.project_id, row.key) for row in chain]
    given = {(len(one.assignees), len(one.labels), one.priority) for one in works}
    assert given == {(1, 1, Priority.HIGH)}
    assert counts[0] == counts[1]


def test_a_cycle_and_a_calendar_are_set_and_taken_away(person, scenario, chain, team):
    cycle = create_cycle(
        scenario.project,
        name="Spring",
        first_day=date(2026, 3, 2),
        last_day=date(2026, 3, 13),
        actor=team.person,
    )
    name = scenario.calendars.first().name

    send(person, scenario, chain, cycle=cycle.pk, calendar=name)
    works = [work_of(scenario.project_id, task.key) for task in chain]
    assert {work.cycle for work in works} == {Cycle.objects.get()}
    assert scenario.tasks.filter(calendar__name=name).count() == 3

    send(person, scenario, chain, cycle="-", calendar="-")
    works = [work_of(scenario.project_id, task.key) for task in chain]
    assert {work.cycle for work in works} == {None}
    assert scenario.tasks.filter(calendar__isnull=True).count() == 3


def test_a_summary_takes_what_is_of_summaries_and_leaves_the_rest(person, scenario, chain, team):
    dig, pour, _cure = chain
    tasks.remove_dependency(scenario, f"{dig.key}|{pour.key}|FS", actor=None)
    tasks.indent_task(scenario, pour.key, actor=None)

    done = send(person, scenario, chain, risk_level="low", deadline="2026-06-30")

    assert done.status_code == 200
    levels = dict(scenario.tasks.values_list("name", "risk_level"))
    assert levels == {"Dig": "", "Pour": "low", "Cure": "low"}
    assert scenario.tasks.filter(deadline__isnull=False).count() == 3


def test_without_javascript_the_tasks_are_named_by_their_numbers(person, scenario, chain):
    address = reverse("planning:edit-together", args=[scenario.pk])

    assert person.get(address).status_code == 200
    done = person.post(address, {"rows": "1, 3-4", "risk_level": "medium"})

    assert done.status_code == 302
    levels = dict(scenario.tasks.values_list("name", "risk_level"))
    assert levels == {"Dig": "medium", "Pour": "", "Cure": "medium"}


def test_no_number_that_was_typed_is_left_out(person, scenario, chain):
    address = reverse("planning:edit-together", args=[scenario.pk])

    person.post(address, {"rows": ",".join(["1"] * 300 + ["3"]), "risk_level": "medium"})

    assert scenario.tasks.get(name="Cure").risk_level == "medium"


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({}, "Choose what the tasks shall have."),
        ({"percent_complete": "140"}, "less than or equal to 100"),
        ({"calendar": "Moon"}, "Select a valid choice"),
        ({"add_person": "x"}, "Select a valid choice"),
        ({"tasks": "", "rows": "three", "priority": "1"}, "Write the numbers of tasks"),
        ({"tasks": "", "rows": "99", "priority": "1"}, "There is no task of that number here."),
        ({"tasks": "", "rows": "1, 99", "priority": "1"}, "There is no task of that number here."),
        ({"tasks": "", "rows": "90-99", "priority": "1"}, "Choose some rows first."),
        ({"tasks": "", "priority": "1"}, "Choose some rows first."),
    ],
)
def test_what_does_not_fit_is_said_in_the_form_and_changes_nothing(
    person, scenario, chain, wishes, said
):
    before = Scenario.objects.get(pk=scenario.pk).revision

    answer = send(person, scenario, chain, **wishes)

    assert answer.status_code == 422
    assert said in answer.text
    assert answer["HX-Retarget"] == "#dialog-content"
    assert Scenario.objects.get(pk=scenario.pk).revision == before
    assert work_of(scenario.project_id, chain[0].key).priority == 0


def test_where_one_thing_does_not_fit_nothing_is_changed(person, scenario, chain):
    names = ", ".join(f"label {number}" for number in range(31))

    answer = send(person, scenario, chain, add_labels=names, risk_level="high")

    assert answer.status_code == 422
    assert "Thirty labels are the most." in answer.text
    assert work_of(scenario.project_id, chain[0].key).labels == ()
    assert set(scenario.tasks.values_list("risk_level", flat=True)) == {""}


def test_readers_see_the_form_and_may_not_send_it(client, scenario, chain, team):
    client.force_login(join(team, Role.VIEWER))
    address = reverse("planning:edit-together", args=[scenario.pk])

    assert "disabled" in client.get(address).text
    assert client.post(address, {"rows": "1", "priority": "1"}).status_code == 403
