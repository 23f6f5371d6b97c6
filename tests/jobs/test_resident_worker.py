"""The worker of live forecasts does its jobs itself, under the promises of every worker."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from lineo.accounts.tenancy import workspace_context
from lineo.jobs import services
from lineo.jobs.models import State
from tests.jobs.builders import ask_live, name_of, seen, state
from tests.jobs.processes import is_alive, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

LONG = {"steps": 400, "step_seconds": 0.05}


def pids(diary: Path) -> list[int]:
    return [int(line.split()[2]) for line in diary.read_text().splitlines() if "begin" in line]


def test_one_process_does_one_job_after_another(bridge, processes, diary):
    worker = processes.resident()
    jobs = [ask_live(bridge, "test.mark", diary=str(diary)) for _ in range(5)]

    wait_for(lambda: all(state(job) == State.DONE for job in jobs))

    assert set(pids(diary)) == {worker.pid}
    assert name_of(bridge) == "Bridge+++++"


def test_a_heart_that_beats_as_a_job_ends_does_not_stop_the_worker(bridge, processes, diary):
    worker = processes.resident(LINEO_JOB_BEAT_MS="10")
    jobs = [ask_live(bridge, "test.mark", diary=str(diary)) for _ in range(60)]

    wait_for(lambda: all(state(job) == State.DONE for job in jobs), seconds=120)

    assert set(pids(diary)) == {worker.pid}


def test_it_goes_after_so_many_jobs_and_another_comes(bridge, processes, diary):
    processes.live_supervisor(most_jobs=2)
    jobs = [ask_live(bridge, "test.mark", diary=str(diary)) for _ in range(5)]

    wait_for(lambda: all(state(job) == State.DONE for job in jobs))

    assert len(set(pids(diary))) == 3
    assert name_of(bridge) == "Bridge+++++"


def test_a_stop_hands_back_what_was_begun(bridge, processes, diary):
    job = ask_live(bridge, "test.mark", diary=str(diary), **LONG)
    worker = processes.resident()
    wait_for(diary.read_text)

    os.kill(worker.pid, signal.SIGTERM)
    wait_for(lambda: not is_alive(worker))

    assert (state(job), name_of(bridge)) == (State.QUEUED, "Bridge")


def test_a_killed_one_is_followed_by_a_second_attempt(bridge, processes, diary):
    job = ask_live(bridge, "test.mark", diary=str(diary), steps=20, step_seconds=0.05)
    supervisor = processes.live_supervisor()
    wait_for(diary.read_text)

    psutil.Process(pids(diary)[0]).kill()
    wait_for(lambda: state(job) == State.DONE)

    assert (seen(job).attempt, name_of(bridge)) == (2, "Bridge+")
    assert is_alive(supervisor)


def test_a_frozen_one_is_overtaken_and_writes_nothing(bridge, processes, diary):
    job = ask_live(bridge, "test.mark", diary=str(diary), steps=40, step_seconds=0.05)
    frozen = processes.resident()
    wait_for(diary.read_text)
    frozen.suspend()

    processes.live_supervisor()
    wait_for(lambda: state(job) == State.DONE)
    frozen.resume()
    wait_for(lambda: not is_alive(frozen) or "end 1" in diary.read_text())

    assert (seen(job).attempt, name_of(bridge)) == (2, "Bridge+")


def test_what_does_not_listen_ends_with_its_process(bridge, processes):
    deaf = ask_live(bridge, "test.deaf")
    processes.live_supervisor()
    wait_for(lambda: state(deaf) == State.FAILED)

    after = ask_live(bridge, "test.mark")
    wait_for(lambda: state(after) == State.DONE)

    assert seen(deaf).failure == "time"


def test_a_cancel_reaches_it(bridge, processes, diary):
    job = ask_live(bridge, "test.mark", diary=str(diary), **LONG)
    worker = processes.resident()
    wait_for(diary.read_text)

    with workspace_context(bridge):
        services.cancel(job)
    wait_for(lambda: state(job) == State.CANCELLED)

    assert is_alive(worker)
    assert name_of(bridge) == "Bridge"


def test_too_much_memory_fails_the_job_and_not_the_worker(bridge, processes):
    worker = processes.resident(LINEO_JOB_MEMORY_MB="512")
    hungry = ask_live(bridge, "test.hungry")
    wait_for(lambda: state(hungry) == State.FAILED)
    after = ask_live(bridge, "test.mark")

    wait_for(lambda: state(after) == State.DONE)

    assert seen(hungry).failure == "memory"
    assert is_alive(worker)
