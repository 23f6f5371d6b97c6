"""A cancel request that meets a job on its way back to the queue: it ends, and waits for nobody."""

import pytest

from lineo.accounts.tenancy import workspace_context
from lineo.jobs import entry, services, sweeper
from lineo.jobs.models import Job, State
from lineo.jobs.signals import job_ended
from tests.jobs.builders import ask, name_of, seen, state

pytestmark = pytest.mark.django_db


def cancel(job: Job) -> bool:
    with workspace_context(job.workspace_id):
        return services.cancel(job)


@pytest.mark.parametrize("counts", [True, False])
def test_a_job_that_comes_back_is_cancelled(bridge, counts, django_capture_on_commit_callbacks):
    job, heard = ask(bridge, "test.mark"), []
    held = services.claim(job.pk)
    cancel(job)

    def listen(sender, **facts):
        heard.append((facts["job_id"], facts["state"]))

    job_ended.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        services.hand_back(held, counts=counts)

    assert (state(job), seen(job).lease_until) == (State.CANCELLED, None)
    assert seen(job).finished_at is not None
    assert heard == [(job.pk, "cancelled")]


def test_a_cancel_that_knows_an_older_state_finds_the_job_where_it_is(bridge):
    job = ask(bridge, "test.mark")
    as_it_was = seen(job)
    services.hand_back(services.claim(job.pk), counts=True)

    assert cancel(as_it_was)
    assert state(job) == State.CANCELLED


def test_a_whole_that_is_called_again_is_cancelled(bridge, tmp_path):
    diary = tmp_path / "diary"
    diary.touch()
    whole = ask(bridge, "test.split", diary=str(diary), parts=1)
    held = services.claim(whole.pk)
    entry.run(held, entry.handle_of(held))
    with workspace_context(bridge):  # as a request does that met the split half-way
        Job.objects.filter(pk=whole.pk).update(is_cancel_requested=True)

    entry.run_waiting()

    assert state(whole) == State.CANCELLED
    assert "!" not in name_of(bridge)


def test_the_sweeper_ends_what_waits_though_it_is_cancelled(bridge):
    job, other = ask(bridge, "test.mark"), ask(bridge, "test.mark")
    with workspace_context(bridge):
        Job.objects.filter(pk=job.pk).update(is_cancel_requested=True)

    swept = sweeper.sweep()

    assert swept.ended == 1
    assert (state(job), state(other)) == (State.CANCELLED, State.QUEUED)
