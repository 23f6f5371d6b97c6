"""Work beside the plan: who does it, priority, labels, cycles, relations, what is unblocked."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from lineo.accounts.models import Role
from planning.core.plan import Dependency, Lag, LinkType
from planning.models import Label, Scenario, Task, TaskWork
from planning.models.task import TaskStatus
from planning.models.work import Priority
from planning.services import plans, tasks
from planning.services.projects import baseline_of
from planning.services.scenarios import branch_scenario
from planning.work import services, typed
from planning.work.readiness import unblocked_ids
from tests.builders import join, make_chain, make_project
from tests.planning.working import make_cycle, named, work_of


@pytest.fixture
def chain(scenario, team):
    return make_chain(scenario, "Dig", "Pour", "Cure", team=team)


@pytest.fixture
def client(team):
    client = Client()
    client.force_login(team.person)
    return client


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


def test_work_that_the_schedule_takes_for_begun_holds_an_ss_link_no_more(scenario, team):
    """A share that is done was done before the data date; without one nobody knows when."""
    one = tasks.add_task(scenario, actor=team.person, name="One")
    two = tasks.add_task(scenario, actor=team.person, name="Two")
    link = Dependency(one.key, two.key, LinkType.SS, Lag())
    tasks.add_dependency(scenario, link, actor=team.person)
    scenario.refresh_from_db()
    tasks.edit_task(scenario, one.key, actor=team.person, percent_complete=40.0)
    assert unblocked(scenario) == {"One"}
    assert Task.objects.get(pk=one.pk).status == TaskStatus.NOT_STARTED

    scenario.refresh_from_db()
    plans.edit_settings(scenario, actor=team.person, data_date=dt.datetime(2026, 1, 7, 8))

    scenario.refresh_from_db()
    assert unblocked(scenario) == {"One", "Two"}
    assert Task.objects.get(pk=one.pk).status == TaskStatus.IN_PROGRESS
    assert Task.objects.get(pk=two.pk).status == TaskStatus.NOT_STARTED


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
