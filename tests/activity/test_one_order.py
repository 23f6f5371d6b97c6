"""Events are numbered as they commit: a reader who goes by the number misses none."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from threading import Event as Flag

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from lineo.accounts.happened import tell
from lineo.accounts.tenancy import as_owner, workspace_context
from lineo.activity.models import AuditEntry, Event, Source
from planning.services import projects, tasks
from tests.builders import make_baseline, make_team

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team():
    return make_team()


def numbers(team):
    with team.context():
        return list(Event.objects.order_by("sequence").values_list("sequence", "action"))


def do(team, action="thing.done"):
    tell(action, workspace=team.workspace, actor=team.person)


def test_changes_and_entries_stand_in_one_order(team):
    with team.context():
        scenario = make_baseline(team)
    with team.context():
        tasks.add_task(scenario, actor=team.person, name="Dig")
    with team.context():
        projects.archive_project(scenario.project, actor=team.person)

    assert numbers(team) == [
        (1, "project.created"),
        (2, "scenario.changed"),
        (3, "project.archived"),
    ]
    with team.context():
        change, *_, entry = Event.objects.order_by("sequence")
    assert (change.source, entry.source) == (Source.CHANGE, Source.ENTRY)
    assert (change.scenario_id, entry.project_id) == (scenario.pk, scenario.project_id)
    assert (change.actor, entry.actor) == (team.person, team.person)


def test_each_workspace_counts_for_itself(team):
    other = make_team()

    do(team), do(other), do(team)

    assert [number for number, _ in numbers(team)] == [1, 2]
    assert [number for number, _ in numbers(other)] == [1]


def test_who_commits_first_has_the_lower_number_though_it_wrote_last(team):
    has_written, may_commit = Flag(), Flag()

    def write_first_commit_last():
        try:
            with team.context():
                do(team, "first.written")
                has_written.set()
                may_commit.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(write_first_commit_last)
        has_written.wait(10)
        do(team, "last.written")
        seen = numbers(team)
        may_commit.set()
        slow.result()

    assert seen == [(1, "last.written")]
    assert numbers(team) == [(1, "last.written"), (2, "first.written")]


def test_a_reader_who_goes_on_from_the_last_number_misses_none(team):
    writers, rounds = 4, 15
    barrier = Barrier(writers + 1)

    def write():
        try:
            barrier.wait()
            for _ in range(rounds):
                do(team)
        finally:
            connection.close()

    seen = []
    with ThreadPoolExecutor(writers) as threads:
        done = [threads.submit(write) for _ in range(writers)]
        barrier.wait()
        while True:
            has_ended = all(one.done() for one in done)
            with team.context():
                later = Event.objects.filter(sequence__gt=seen[-1] if seen else 0)
                seen += later.order_by("sequence").values_list("sequence", flat=True)
            if has_ended:
                break

    assert seen == list(range(1, writers * rounds + 1))


def test_what_is_rolled_back_takes_no_number(team):
    with team.context():
        do(team)
        transaction.set_rollback(True)
    do(team)

    assert [number for number, _ in numbers(team)] == [1]


def test_numbering_leaves_the_context_as_it_was(team):
    other = make_team()
    with transaction.atomic():
        do(team)
        with workspace_context(other.workspace), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SELECT current_setting('app.workspace')")
            (inside,) = cursor.fetchone()

    assert inside == str(other.workspace.pk)


def test_the_owner_can_not_empty_the_trail_in_passing(team):
    do(team)

    with as_owner():
        for statement in ("DELETE FROM activity_event", "TRUNCATE activity_auditentry"):
            with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
                cursor.execute(statement)

    with team.context():
        assert AuditEntry.objects.count() == Event.objects.count() == 1


def test_the_migration_numbers_what_is_known_already(team):
    with team.context():
        scenario = make_baseline(team)
    with team.context():
        tasks.add_task(scenario, actor=team.person, name="Dig")
    before = numbers(team)

    try:
        with as_owner():
            call_command("migrate", "activity", "0003", verbosity=0)
    finally:
        with as_owner():
            call_command("migrate", verbosity=0)

    assert numbers(team) == before
