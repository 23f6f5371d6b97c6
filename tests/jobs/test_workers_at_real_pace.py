"""The promises about killed, frozen and cancelled work, at the pace of service."""

import statistics
import time

import psutil
import pytest

from lineo.accounts.tenancy import workspace_context
from lineo.jobs import services
from lineo.jobs.models import State
from tests.jobs.builders import ask, name_of, seen, state
from tests.jobs.processes import PACE, horse_of, is_alive, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

SERVICE = {
    "LINEO_JOB_LEASE_MS": "30000",
    "LINEO_JOB_BEAT_MS": "1000",
    "LINEO_JOB_SWEEP_MS": "10000",
    "LINEO_JOB_RING_AGAIN_MS": "15000",
    "LINEO_JOB_GRACE_MS": "1500",
    "LINEO_JOB_BACKOFF_MS": "1000",
}


def busy(supervisor: psutil.Process) -> psutil.Process:
    wait_for(lambda: any(worker.children() for worker in supervisor.children()))
    return next(worker for worker in supervisor.children() if worker.children())


def test_the_pace_names_every_clock():
    assert SERVICE.keys() == PACE.keys()


def test_an_idle_worker_begins_within_a_second_19_times_of_20(bridge, processes):
    processes.supervisor(workers=1, **SERVICE)
    first = ask(bridge, "test.mark")
    wait_for(lambda: state(first) == State.DONE)
    waits = []

    for _ in range(20):
        time.sleep(0.2)
        job = ask(bridge, "test.mark")
        wait_for(lambda job=job: state(job) == State.DONE)
        row = seen(job)
        waits.append((row.started_at - row.created_at).total_seconds())

    print(f"queued → running: median {statistics.median(waits):.3f} s, worst {max(waits):.3f} s")
    assert sorted(waits)[18] < 1


def test_a_killed_workers_job_is_resumed_within_a_minute(bridge, processes, diary):
    job = ask(bridge, "test.mark", diary=str(diary), steps=200, step_seconds=0.05)
    supervisor = processes.supervisor(workers=2, **SERVICE)
    wait_for(lambda: seen(job).progress > 0.3)

    killed = time.monotonic()
    busy(supervisor).kill()
    wait_for(lambda: seen(job).attempt == 2, seconds=60)
    print(f"killed → resumed: {time.monotonic() - killed:.1f} s")
    wait_for(lambda: state(job) == State.DONE, seconds=60)

    assert name_of(bridge) == "Bridge+"


def test_a_worker_frozen_for_ninety_seconds_is_overtaken(bridge, processes, diary):
    job = ask(bridge, "test.mark", diary=str(diary), steps=200, step_seconds=0.05)
    supervisor = processes.supervisor(workers=2, **SERVICE)
    wait_for(lambda: seen(job).progress > 0.3)
    worker = busy(supervisor)
    horse = horse_of(worker)

    frozen = time.monotonic()
    worker.suspend()
    horse.suspend()
    wait_for(lambda: state(job) == State.DONE, seconds=90)
    time.sleep(max(0.0, 90 - (time.monotonic() - frozen)))
    horse.resume()
    worker.resume()
    wait_for(lambda: not is_alive(horse))

    assert (seen(job).attempt, name_of(bridge)) == (2, "Bridge+")


@pytest.mark.parametrize("function", ["test.mark", "test.deaf-for-long"])
def test_a_cancel_is_seen_in_three_seconds_and_frees_the_processor_in_five(
    bridge, processes, function
):
    payload = {"steps": 400, "step_seconds": 0.05} if function == "test.mark" else {}
    job = ask(bridge, function, **payload)
    horse = horse_of(processes.worker(**SERVICE))
    wait_for(lambda: state(job) == State.RUNNING)

    asked = time.monotonic()
    with workspace_context(bridge):
        services.cancel(job)
    wait_for(lambda: state(job) == State.CANCELLED, seconds=3)
    wait_for(lambda: not is_alive(horse), seconds=2)
    print(f"cancel → processor free: {time.monotonic() - asked:.1f} s")
