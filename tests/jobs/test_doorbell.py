"""Redis may lose everything, be away or hang: no request waits for it, and no job is lost."""

import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from lineo.accounts.tenancy import workspace_context
from lineo.jobs import doorbell, services, sweeper
from lineo.jobs.models import Job, State
from lineo.redis_line import Line, connect
from tests.jobs.builders import ask, name_of, seen, state
from tests.jobs.processes import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _fresh_bell(monkeypatch):
    monkeypatch.setattr(doorbell, "_line", Line("No doorbell"))


@pytest.fixture
def hung_redis(tmp_path, redis_at, _fresh_bell):
    """A server that takes connections and never answers."""
    path = tmp_path / "hung"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen(64)
        yield redis_at(f"unix://{path}")


@pytest.fixture
def no_redis(tmp_path, redis_at, _fresh_bell):
    return redis_at(f"unix://{tmp_path / 'nobody'}")


def test_everything_waiting_is_done_once_after_the_queue_was_emptied(
    bridge, processes, diary, rq_queue
):
    jobs = [ask(bridge, "test.mark", diary=str(diary), steps=2) for _ in range(20)]
    running = ask(bridge, "test.mark", diary=str(diary), steps=30)
    processes.supervisor(workers=2)
    wait_for(diary.read_text)

    rq_queue.connection.flushall()
    wait_for(lambda: all(state(job) == State.DONE for job in [*jobs, running]), seconds=40)

    assert name_of(bridge) == "Bridge" + 21 * "+"
    assert diary.read_text().count("end") == 21


def test_a_lost_bell_is_rung_again(bridge, rq_queue):
    job = ask(bridge, "test.mark")
    rq_queue.connection.flushdb()
    with workspace_context(bridge):
        Job.objects.update(rung_at=Now() - timedelta(hours=1))

    swept = sweeper.sweep()

    assert (swept.rung, rq_queue.job_ids) == (1, [str(job.pk)])
    assert sweeper.sweep().rung == 0


def test_asking_costs_at_most_a_second_and_a_half_while_redis_hangs(bridge, hung_redis):
    begin = time.monotonic()
    jobs = [ask(bridge, "test.mark") for _ in range(3)]

    assert time.monotonic() - begin < 1.5
    assert {state(job) for job in jobs} == {State.QUEUED}


def test_asking_costs_nothing_while_redis_is_away(bridge, no_redis):
    begin = time.monotonic()
    job = ask(bridge, "test.mark")

    assert time.monotonic() - begin < 1
    assert state(job) == State.QUEUED


@pytest.mark.parametrize("redis", ["hung_redis", pytest.param("no_redis", marks=pytest.mark.long)])
def test_jobs_are_done_without_redis(bridge, processes, request, redis):
    url = request.getfixturevalue(redis)
    processes.worker(REDIS_URL=url)

    job = ask(bridge, "test.mark")
    wait_for(lambda: state(job) == State.DONE)


def test_a_cancel_reaches_a_worker_that_hears_no_bell(bridge, processes, no_redis):
    processes.worker(REDIS_URL=no_redis)
    job = ask(bridge, "test.mark", steps=2000)
    wait_for(lambda: state(job) == State.RUNNING)

    with workspace_context(bridge):
        services.cancel(job)

    wait_for(lambda: state(job) == State.CANCELLED, seconds=3)


def test_an_idle_worker_that_waits_for_a_bell_stops_at_once(bridge, processes):
    worker = processes.worker(LINEO_JOB_SWEEP_MS="60000")
    job = ask(bridge, "test.mark")
    wait_for(lambda: state(job) == State.DONE)
    time.sleep(0.3)

    os.kill(worker.pid, signal.SIGTERM)

    worker.wait(timeout=4)


def test_a_forged_message_is_thrown_away_unread(bridge, processes, tmp_path, rq_queue):
    forged = tmp_path / "forged"
    queue = Queue("default", connection=rq_queue.connection, serializer=JSONSerializer)
    queue.enqueue_call("os.system", args=(f"touch {forged}",))
    processes.worker()

    job = ask(bridge, "test.mark")
    wait_for(lambda: state(job) == State.DONE)
    wait_for(lambda: queue.count == 0)

    assert not forged.exists()


def test_ten_double_clicks_with_one_key_make_one_job(bridge):
    gate = threading.Barrier(10)

    def click(_: int) -> str:
        try:
            gate.wait()
            with workspace_context(bridge):
                return str(services.enqueue("test.mark", payload={}, idempotency_key="k").pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(click, range(10)))

    with workspace_context(bridge):
        assert [str(job.pk) for job in Job.objects.all()] == list(answers)


def test_two_workers_never_hold_one_job(bridge):
    jobs = [ask(bridge, "test.mark") for _ in range(8)]

    def take(_: int) -> list:
        try:
            held = iter(lambda: services.claim_next(["default"]), None)
            return [claim.job_id for claim in held]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = [job_id for part in pool.map(take, range(4)) for job_id in part]

    assert sorted(taken) == sorted(job.pk for job in jobs)


def test_a_lease_that_ran_out_is_taken_back_and_ends_after_the_third(bridge, settings):
    settings.JOB_LEASE_MS = 100
    job = ask(bridge, "test.mark")
    for _ in range(3):
        services.claim(job.pk)
        time.sleep(0.12)
        sweeper.sweep()

    assert (state(job), seen(job).failure, seen(job).attempt) == (State.FAILED, "lost", 3)


def test_a_lost_job_whose_person_gave_it_up_ends_cancelled(bridge, settings):
    settings.JOB_LEASE_MS = 100
    job = ask(bridge, "test.mark")
    services.claim(job.pk)
    with workspace_context(bridge):
        services.cancel(job)
    time.sleep(0.12)

    sweeper.sweep()

    assert state(job) == State.CANCELLED


def test_the_client_gives_up_after_half_a_second(hung_redis):
    line: Redis = connect()
    begin = time.monotonic()

    with pytest.raises(Exception, match=r"[Tt]imeout"):
        line.ping()

    line.close()
    assert time.monotonic() - begin < 1.2
