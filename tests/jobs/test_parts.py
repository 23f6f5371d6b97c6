"""A job in parts: any worker does any of them, and the whole is called again at the end."""

import time

import psutil
import pytest

from lineo.accounts.tenancy import workspace_context
from lineo.jobs import entry, services, sweeper
from lineo.jobs.heart import Heart
from lineo.jobs.models import Job, State
from tests.jobs.builders import ask, detail, name_of, seen, state
from tests.jobs.processes import is_alive, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _at_once(settings):
    settings.JOB_BACKOFF_MS = 0


@pytest.fixture
def whole(bridge, diary):
    return ask(bridge, "test.split", diary=str(diary), parts=3)


def parts_of(whole) -> list[Job]:
    with workspace_context(whole.workspace_id):
        return list(Job.objects.filter(parent=whole.pk).order_by("id"))


def begin(whole):
    """Do the first half of the whole, that splits it."""
    held = services.claim(whole.pk)
    entry.run(held, entry.handle_of(held))


def test_the_whole_waits_without_a_worker_and_is_called_again(bridge, whole, diary):
    begin(whole)
    waiting = seen(whole)
    entry.run_waiting()

    assert (waiting.state, waiting.waits_for_parts, waiting.lease_until) == ("running", True, None)
    assert (state(whole), detail(whole).result) == (State.DONE, {"parts": 3})
    assert name_of(bridge) == "Bridge+++!"
    assert diary.read_text().count("whole") == 2


def test_its_progress_is_the_sum_of_its_parts(whole):
    begin(whole)
    held = services.claim_next(["default"])
    entry.run(held, entry.handle_of(held))

    assert seen(whole).progress == pytest.approx(0.9 / 3)


def test_the_whole_that_is_called_again_goes_on_from_where_its_parts_came(whole):
    begin(whole)
    for _part in parts_of(whole):
        held = services.claim_next(["default"])
        entry.run(held, entry.handle_of(held))

    again = services.claim(whole.pk)

    assert seen(whole).progress == entry.handle_of(again).fraction == pytest.approx(0.9)


def test_progress_moves_while_a_part_runs(bridge, diary, processes):
    whole = ask(bridge, "test.split", diary=str(diary), parts=1, steps=100, step_seconds=0.03)
    processes.worker()

    wait_for(lambda: 0.2 < seen(whole).progress < 0.8)
    wait_for(lambda: state(whole) == State.DONE)


def test_it_does_not_count_as_lost_while_it_waits(whole, settings):
    settings.JOB_LEASE_MS = 100
    begin(whole)
    time.sleep(0.15)

    swept = sweeper.sweep()

    assert (swept.taken_back, swept.ended) == (0, 0)
    assert state(whole) == State.RUNNING


def test_a_late_beat_of_its_first_attempt_gives_it_no_lease(whole):
    held = services.claim(whole.pk)
    handle = entry.handle_of(held)
    entry.run(held, handle)

    late = Heart(held, handle)
    late._beat()
    late._line.close()

    assert seen(whole).lease_until is None


def test_a_part_that_fails_fails_the_whole_and_stops_the_others(bridge, diary):
    whole = ask(bridge, "test.split", diary=str(diary), parts=3)
    begin(whole)
    held = services.claim_next(["default"])
    services.fail(held, failure="refused", error="This plan has no tasks.")

    assert (state(whole), seen(whole).failure) == (State.FAILED, "refused")
    assert detail(whole).error == "This plan has no tasks."
    assert sorted(part.state for part in parts_of(whole)) == ["cancelled", "cancelled", "failed"]


def test_a_part_lost_three_times_fails_the_whole_at_the_next_sweep(whole, settings):
    settings.JOB_LEASE_MS = 50
    begin(whole)
    [first, *_] = parts_of(whole)
    for _ in range(3):
        services.claim(first.pk)
        time.sleep(0.08)
        sweeper.sweep()
    sweeper.sweep()

    assert (state(whole), seen(whole).failure) == (State.FAILED, "lost")


def test_a_second_try_does_only_what_is_missing(bridge, whole, diary):
    begin(whole)
    held = services.claim_next(["default"])
    services.fail(held, failure="error")
    with workspace_context(bridge):
        services.try_again(parts_of(whole)[0])

    entry.run_waiting()

    assert state(whole) == State.DONE
    assert [part.state for part in parts_of(whole)][3:] == ["done"] * 3


def test_cancelling_the_whole_reaches_every_part(bridge, whole):
    begin(whole)
    running = services.claim_next(["default"])
    with workspace_context(bridge):
        assert services.cancel(seen(whole))

    assert state(whole) == State.CANCELLED
    parts = {part.pk: part for part in parts_of(whole)}
    assert parts.pop(running.job_id).is_cancel_requested
    assert {part.state for part in parts.values()} == {State.CANCELLED}
    entry.run_waiting()
    assert name_of(bridge) == "Bridge"


def test_a_cancel_frees_every_worker(bridge, diary, processes):
    whole = ask(bridge, "test.split", diary=str(diary), parts=4, steps=2000, step_seconds=0.03)
    processes.worker()
    processes.worker()
    wait_for(lambda: diary.read_text().count("begin") >= 2)
    begun = [line.split() for line in diary.read_text().splitlines() if "begin" in line]
    horses = [psutil.Process(int(words[2])) for words in begun]

    with workspace_context(bridge):
        services.cancel(seen(whole))

    assert state(whole) == State.CANCELLED
    wait_for(lambda: not any(is_alive(horse) for horse in horses))
    assert all(part.state == State.CANCELLED for part in parts_of(whole))


def test_a_killed_worker_costs_its_own_part_alone(bridge, diary, processes):
    whole = ask(bridge, "test.split", diary=str(diary), parts=4, steps=20, step_seconds=0.05)
    supervisor = processes.supervisor(workers=2)
    wait_for(lambda: any(part.state == State.DONE for part in parts_of(whole)))
    busy: list[psutil.Process] = []
    wait_for(lambda: busy.extend(each for each in supervisor.children() if each.children()) or busy)
    finished = {part.pk for part in parts_of(whole) if part.state == State.DONE}

    busy[0].kill()
    wait_for(lambda: state(whole) == State.DONE)

    attempts = {part.pk: part.attempt for part in parts_of(whole)}
    assert {attempts[key] for key in finished} == {1}
    assert len(attempts) == 4
    assert name_of(bridge) == "Bridge++++!"


def test_lost_bells_lose_no_part(bridge, diary, processes, rq_queue):
    whole = ask(bridge, "test.split", diary=str(diary), parts=4, steps=5)
    processes.supervisor(workers=1)
    wait_for(lambda: diary.read_text().count("begin"))

    rq_queue.connection.flushall()
    wait_for(lambda: state(whole) == State.DONE)

    assert name_of(bridge) == "Bridge++++!"


def test_a_stale_part_writes_nothing(bridge, whole, settings):
    settings.JOB_LEASE_MS = 50
    begin(whole)
    stale = services.claim_next(["default"])
    time.sleep(0.08)
    sweeper.sweep()
    entry.run_waiting()

    entry.run(stale, entry.handle_of(stale))

    assert name_of(bridge) == "Bridge+++!"
    assert state(whole) == State.DONE
