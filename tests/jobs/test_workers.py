"""Real workers, killed, frozen, starved and stopped: nothing is lost and nothing happens twice."""

import os
import signal
import time

import psycopg
import pytest
from django.db import connection

from lineo.accounts.tenancy import workspace_context
from lineo.jobs import services
from lineo.jobs.models import Failure, State
from tests.jobs.builders import ask, name_of, seen, state
from tests.jobs.processes import horse_of, is_alive, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

# About two seconds of work in small steps.
LONG = {"steps": 66, "step_seconds": 0.03}


def lines(diary) -> list[str]:
    return diary.read_text().splitlines()


def begun(diary) -> int:
    return sum(line.startswith("begin") for line in lines(diary))


def disconnect_everyone_else() -> None:
    """End every connection but the test's own, as a restart of PostgreSQL does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [own] = cursor.fetchone()
    at = connection.settings_dict
    with psycopg.connect(
        host=at["HOST"], port=at["PORT"], user="postgres", dbname=at["NAME"]
    ) as above:
        above.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND pid NOT IN (%s, pg_backend_pid())",
            [at["NAME"], own],
        )


def is_past(job, share: float) -> bool:
    return seen(job).progress >= share


def test_an_idle_worker_begins_within_a_second(bridge, processes, diary):
    first = ask(bridge, "test.mark")
    processes.worker(LINEO_JOB_SWEEP_MS="60000")
    wait_for(lambda: state(first) == State.DONE)
    time.sleep(0.5)

    asked = time.monotonic()
    job = ask(bridge, "test.mark", diary=str(diary), **LONG)
    wait_for(lambda: state(job) == State.RUNNING)

    assert time.monotonic() - asked < 1


def test_progress_is_seen_while_it_runs(bridge, processes):
    job = ask(bridge, "test.mark", **LONG)
    processes.worker()

    wait_for(lambda: 0.2 < seen(job).progress < 0.9)

    assert (seen(job).stage, name_of(bridge)) == ("Counting", "Bridge")


def test_a_killed_work_horse_is_tried_again_by_its_worker(bridge, processes, diary):
    job = ask(bridge, "test.mark", diary=str(diary), **LONG)
    worker = processes.worker()
    wait_for(lambda: is_past(job, 0.3))

    horse_of(worker).kill()
    wait_for(lambda: state(job) == State.DONE)

    assert seen(job).attempt == 2
    assert name_of(bridge) == "Bridge+"
    assert is_alive(worker)


def test_a_killed_worker_leaves_no_orphan_and_its_job_goes_on_elsewhere(bridge, processes, diary):
    job = ask(bridge, "test.mark", diary=str(diary), **LONG)
    supervisor = processes.supervisor(workers=2)
    wait_for(lambda: is_past(job, 0.3))
    [worker] = [one for one in supervisor.children() if one.children()]
    horse = horse_of(worker)

    worker.kill()
    wait_for(lambda: not is_alive(horse), seconds=2)
    wait_for(lambda: state(job) == State.DONE)

    assert seen(job).attempt == 2
    assert name_of(bridge) == "Bridge+"
    assert [line[:5] for line in lines(diary)] == ["begin", "begin", "end 2"]
    wait_for(lambda: len(supervisor.children()) == 2)


def test_a_frozen_work_horse_is_overtaken_and_writes_nothing_when_it_thaws(
    bridge, processes, diary
):
    job = ask(bridge, "test.mark", diary=str(diary), **LONG)
    supervisor = processes.supervisor(workers=2)
    wait_for(lambda: is_past(job, 0.3))
    [worker] = [one for one in supervisor.children() if one.children()]
    horse = horse_of(worker)

    worker.suspend()
    horse.suspend()
    wait_for(lambda: state(job) == State.DONE)
    horse.resume()
    worker.resume()
    wait_for(lambda: not is_alive(horse))

    assert (seen(job).attempt, state(job)) == (2, State.DONE)
    assert name_of(bridge) == "Bridge+"


@pytest.mark.long
def test_a_horse_that_stays_frozen_does_not_hold_its_worker_for_ever(bridge, processes, diary):
    job = ask(bridge, "test.mark", diary=str(diary), **LONG)
    supervisor = processes.supervisor(workers=1)
    wait_for(lambda: is_past(job, 0.3))

    horse_of(supervisor.children()[0]).suspend()
    wait_for(lambda: state(job) == State.DONE)

    assert seen(job).attempt == 2


def test_a_job_that_loses_its_database_is_done_once_when_it_is_back(bridge, processes, diary):
    job = ask(bridge, "test.mark", diary=str(diary), **LONG)
    worker = processes.worker()
    wait_for(lambda: is_past(job, 0.3))

    disconnect_everyone_else()
    wait_for(lambda: state(job) == State.DONE)

    assert (seen(job).attempt, name_of(bridge)) == (2, "Bridge+")
    assert is_alive(worker)


def test_a_fault_within_the_database_is_none_of_the_job(bridge, processes):
    job = ask(bridge, "test.breaks-its-database")

    processes.worker()
    wait_for(lambda: state(job) == State.DONE)

    assert seen(job).attempt == 2


def test_jobs_that_break_their_bounds_fail_with_a_reason_and_their_worker_lives(
    bridge, processes, diary
):
    poison = ask(bridge, "test.poison", diary=str(diary))
    others = {
        ask(bridge, "test.hungry"): Failure.MEMORY,
        ask(bridge, "test.reads-too-much"): Failure.MEMORY,
        ask(bridge, "test.slow"): Failure.TIME,
        ask(bridge, "test.deaf"): Failure.TIME,
        ask(bridge, "test.crash"): Failure.ERROR,
    }
    worker = processes.worker()

    after = ask(bridge, "test.mark")
    wait_for(lambda: state(after) == State.DONE)

    assert {job: seen(job).failure for job in others} == others
    assert {seen(job).attempt for job in others} == {1}
    assert (seen(poison).failure, seen(poison).attempt, begun(diary)) == (Failure.LOST, 3, 3)
    assert is_alive(worker)


def test_a_cancelled_job_ends_and_its_processor_is_free(bridge, processes):
    worker = processes.worker()
    for function, payload in [("test.mark", LONG), ("test.deaf-for-long", {})]:
        job = ask(bridge, function, **payload)
        horse = horse_of(worker)
        wait_for(lambda job=job: state(job) == State.RUNNING)

        with workspace_context(bridge):
            services.cancel(job)
        wait_for(lambda job=job: state(job) == State.CANCELLED, seconds=3)
        wait_for(lambda horse=horse: not is_alive(horse), seconds=2)

    assert name_of(bridge) == "Bridge"


@pytest.mark.parametrize(
    "end", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)]
)
def test_a_stopped_supervisor_hands_its_work_back(bridge, processes, diary, end):
    job = ask(bridge, "test.mark", diary=str(diary), **LONG)
    supervisor = processes.supervisor(workers=1)
    wait_for(lambda: is_past(job, 0.3))
    family = supervisor.children(recursive=True)

    os.kill(supervisor.pid, end)
    supervisor.wait(timeout=15)

    assert not any(is_alive(process) for process in family)
    assert (state(job), seen(job).max_attempts) == (State.QUEUED, 4)


def test_a_killed_supervisor_takes_its_workers_along(bridge, processes):
    supervisor = processes.supervisor(workers=2)
    wait_for(lambda: len(supervisor.children()) == 2)
    workers = supervisor.children()

    supervisor.kill()

    wait_for(lambda: not any(is_alive(worker) for worker in workers), seconds=5)


@pytest.mark.long
def test_a_work_horse_is_nice(bridge, processes):
    ask(bridge, "test.mark", **LONG)
    horse = horse_of(processes.worker(LINEO_JOB_NICE="7"))

    wait_for(lambda: horse.nice() == os.nice(0) + 7)
