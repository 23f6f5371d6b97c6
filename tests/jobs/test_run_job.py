"""One job from asking to its end, in this process."""

import pytest
from django.db import connection, transaction

from lineo.accounts.tenancy import workspace_context
from lineo.jobs import entry, services
from lineo.jobs.handle import CancelledError
from lineo.jobs.models import Failure, Job, State
from lineo.jobs.registry import job as register
from lineo.jobs.signals import job_ended
from tests.accounts.builders import make_workspace
from tests.call_depths import CALLS
from tests.jobs.builders import ask, detail, name_of, seen, state

pytestmark = pytest.mark.django_db


def test_a_job_is_done_and_keeps_its_result(bridge, ada):
    job = ask(bridge, "test.echo", person=ada, words=["a", 1])

    entry.run_waiting()

    assert seen(job).state == State.DONE
    assert seen(job).person_id == ada.pk
    assert detail(job).result == {"words": ["a", 1]}


def test_a_function_has_room_on_the_stack(bridge):
    job = ask(bridge, "test.deep")

    entry.run_waiting()

    assert detail(job).result < CALLS / 10


def test_a_function_runs_within_the_walls_of_its_job(bridge):
    make_workspace("Tunnel")
    job = ask(bridge, "test.names")

    entry.run_waiting()

    assert detail(job).result == ["Bridge"]


def test_the_entry_point_takes_no_more_than_an_id(bridge):
    job = ask(bridge, "test.echo")

    entry.perform(str(job.pk))
    entry.perform(str(job.pk))

    assert (seen(job).state, seen(job).attempt) == (State.DONE, 1)


def test_a_refusal_is_told_to_the_person(bridge):
    job = ask(bridge, "test.refuse")

    entry.run_waiting()

    assert (seen(job).state, seen(job).failure) == (State.FAILED, Failure.REFUSED)
    assert detail(job).error == "This plan has no tasks."


def test_a_crash_undoes_what_was_written_and_tells_the_person_nothing_of_its_inside(bridge):
    job = ask(bridge, "test.crash")

    entry.run_waiting()

    assert name_of(bridge) == "Bridge"
    assert seen(job).failure == Failure.ERROR
    assert "secret" not in seen(job).get_failure_display() + detail(job).error
    assert "ZeroDivisionError" in detail(job).trace


def test_a_function_that_is_not_registered_never_runs(bridge):
    job = ask(bridge, "os.system", command="touch /tmp/never")

    entry.run_waiting()

    assert seen(job).failure == Failure.UNKNOWN


def test_two_functions_of_one_name_are_refused():
    with pytest.raises(ValueError, match="Two functions"):
        register("test.echo")(lambda handle: None)


def test_the_more_urgent_job_comes_first(bridge):
    with workspace_context(bridge):
        services.enqueue("test.echo", payload={}, priority=-10)
        urgent = services.enqueue("test.echo", payload={}, priority=10)

    held = services.claim_next(["default"])

    assert held.job_id == urgent.pk


def test_a_job_of_another_queue_is_left_alone(bridge):
    ask(bridge, "test.echo")

    assert services.claim_next(["live"]) is None


def test_a_stale_attempt_leaves_nothing_behind(bridge):
    job = ask(bridge, "test.mark")
    stale = services.claim(job.pk)
    services.hand_back(stale, counts=True)
    services.claim(job.pk)

    entry.run(stale, entry.handle_of(stale))

    assert (state(job), seen(job).attempt) == (State.RUNNING, 2)
    assert name_of(bridge) == "Bridge"


@pytest.mark.parametrize(
    "end", [services.give_up, lambda held: services.fail(held, failure="error")]
)
def test_a_stale_attempt_cannot_end_the_job(bridge, end):
    job = ask(bridge, "test.mark")
    stale = services.claim(job.pk)
    services.hand_back(stale, counts=True)
    services.claim(job.pk)

    assert not end(stale)
    assert state(job) == State.RUNNING


def test_a_job_handed_back_by_a_stopping_worker_loses_no_attempt(bridge):
    job = ask(bridge, "test.echo")
    for _ in range(5):
        services.hand_back(services.claim(job.pk), counts=False)

    entry.run_waiting()

    assert state(job) == State.DONE


def test_the_third_broken_attempt_is_the_last(bridge):
    job = ask(bridge, "test.echo")
    for _ in range(3):
        services.hand_back(services.claim(job.pk), counts=True)

    assert services.claim(job.pk) is None
    assert seen(job).failure == Failure.LOST


def test_a_waiting_job_is_cancelled_at_once(bridge):
    job = ask(bridge, "test.mark")

    with workspace_context(bridge):
        assert services.cancel(job)
    entry.run_waiting()

    assert state(job) == State.CANCELLED
    assert name_of(bridge) == "Bridge"


def test_a_running_job_breaks_off_where_it_listens(bridge):
    job = ask(bridge, "test.mark")
    held = services.claim(job.pk)
    handle = entry.handle_of(held)
    handle.is_cancelled = True

    entry.run(held, handle)

    assert state(job) == State.CANCELLED
    assert name_of(bridge) == "Bridge"


def test_a_cancel_that_comes_when_all_is_done_changes_nothing(bridge):
    job = ask(bridge, "test.echo")
    entry.run_waiting()

    with workspace_context(bridge):
        assert not services.cancel(seen(job))

    assert state(job) == State.DONE


def test_breaking_off_is_not_swallowed_by_a_function_that_catches_errors():
    assert not issubclass(CancelledError, Exception)


def test_a_failed_job_is_tried_again_with_three_attempts(bridge):
    job = ask(bridge, "test.refuse")
    entry.run_waiting()

    with workspace_context(bridge):
        assert services.try_again(seen(job))

    assert (state(job), seen(job).max_attempts) == (State.QUEUED, 4)


def test_a_job_asked_for_in_a_transaction_that_fails_was_never_asked_for(bridge, rq_queue):
    with workspace_context(bridge):
        services.enqueue("test.echo", payload={})
        transaction.set_rollback(True)

    with workspace_context(bridge):
        assert not Job.objects.exists()
    assert rq_queue.count == 0


def test_the_bell_rings_on_commit_and_carries_only_the_id(
    bridge, rq_queue, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(bridge, "test.echo", secret="content")
        assert rq_queue.count == 0

    [bell] = rq_queue.jobs
    assert (bell.func_name, bell.args, bell.kwargs) == (
        "lineo.jobs.entry.perform",
        [str(job.pk)],
        {},
    )


def test_the_same_key_gives_the_same_job(bridge):
    with workspace_context(bridge):
        first = services.enqueue("test.echo", payload={"n": 1}, idempotency_key="k")
        again = services.enqueue("test.echo", payload={"n": 2}, idempotency_key="k")

    assert (again.pk, first.is_repeat, again.is_repeat) == (first.pk, False, True)
    assert detail(first).payload == {"n": 1}


def test_the_same_key_in_another_workspace_is_another_job(bridge):
    tunnel = make_workspace("Tunnel")
    with workspace_context(bridge):
        first = services.enqueue("test.echo", payload={}, idempotency_key="k")
    with workspace_context(tunnel):
        other = services.enqueue("test.echo", payload={}, idempotency_key="k")

    assert other.pk != first.pk


def test_the_end_is_told_on_commit(bridge, django_capture_on_commit_callbacks):
    job, heard = ask(bridge, "test.echo"), []

    def listen(sender, **facts):
        heard.append((facts["job_id"], facts["state"]))

    job_ended.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        entry.run_waiting()

    assert heard == [(job.pk, "done")]


def test_the_serving_role_sees_no_job_without_being_the_sweeper(bridge):
    make_workspace("Tunnel")
    ask(bridge, "test.echo")

    with workspace_context(make_workspace("Harbour")):
        assert not Job.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("lineo_app",)
