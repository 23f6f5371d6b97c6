"""Whose turn it is: urgency, then the workspace with the fewest under way, then age."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import DataError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lineo.accounts.tenancy import workspace_context
from lineo.activity.models import AuditEntry
from lineo.jobs import pace, services
from lineo.jobs.models import Job, JobDetail, Priority, State
from lineo.jobs.worker import JobWorker
from tests.accounts.builders import make_person, make_workspace
from tests.jobs.builders import ask, seen, state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tower(db):
    return make_workspace("Tower", owner=make_person("Bob"))


def ask_with(workspace, priority) -> Job:
    with workspace_context(workspace):
        return services.enqueue("test.mark", payload={}, priority=priority)


def take() -> object:
    held = services.claim_next(["default"])
    return held and held.job_id


def test_a_persons_edit_goes_before_a_batch(bridge):
    batch = ask_with(bridge, Priority.BATCH)
    normal = ask_with(bridge, Priority.NORMAL)
    urgent = ask_with(bridge, Priority.URGENT)

    assert [take(), take(), take()] == [urgent.pk, normal.pk, batch.pk]


def test_the_workspace_with_the_fewest_under_way_is_next(bridge, tower):
    many = [ask(bridge, "test.mark") for _ in range(4)]
    few = [ask(tower, "test.mark") for _ in range(2)]

    assert [take() for _ in range(4)] == [many[0].pk, few[0].pk, many[1].pk, few[1].pk]


def test_none_has_more_under_way_than_the_cap(bridge, tower, settings):
    settings.JOB_WORKSPACE_CAP = 2
    many = [ask(bridge, "test.mark") for _ in range(4)]
    taken = [take() for _ in range(3)]
    late = ask(tower, "test.mark")

    assert taken == [many[0].pk, many[1].pk, None]
    assert take() == late.pk


def test_the_cap_holds_among_many_workers_at_once(bridge, settings):
    settings.JOB_WORKSPACE_CAP = 3
    for _ in range(8):
        ask(bridge, "test.mark")
    gate = threading.Barrier(8)

    def worker(_: int) -> object:
        try:
            gate.wait()
            return take()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        taken = [job_id for job_id in pool.map(worker, range(8)) if job_id]

    assert len(taken) == 3


def test_what_has_waited_for_a_minute_comes_before_what_is_new(bridge):
    batch = ask_with(bridge, Priority.BATCH)
    normal = ask_with(bridge, Priority.NORMAL)
    with workspace_context(bridge):
        long_ago = timezone.now() - timedelta(minutes=2)
        Job.objects.filter(pk=batch.pk).update(created_at=long_ago)

    # Now as urgent as the other, and older.
    assert [take(), take()] == [batch.pk, normal.pk]


def test_what_broke_off_waits_longer_each_time(bridge, settings):
    settings.JOB_BACKOFF_MS = 60_000
    job = ask(bridge, "test.mark")
    pauses = []
    for _ in range(2):
        held = services.claim(job.pk) or pytest.fail("not free")
        services.hand_back(held, counts=True)
        pauses.append((seen(job).not_before - timezone.now()).total_seconds())
        assert take() is None
        with workspace_context(bridge):
            Job.objects.filter(pk=job.pk).update(not_before=None)

    assert pauses[0] == pytest.approx(60, abs=20)
    assert pauses[1] == pytest.approx(240, abs=20)


def test_failed_jobs_stand_on_a_page_of_the_admin_and_go_back_from_there(bridge, ada):
    ada.is_staff = ada.is_superuser = True
    ada.save()
    client = Client()
    client.force_login(ada)
    job = ask(bridge, "test.mark")
    ask(bridge, "test.names")
    services.fail(services.claim(job.pk), failure="refused", error="This plan has no tasks.")
    page = reverse("admin:jobs_failedjob_changelist")

    shown = client.get(page, follow=True).content.decode()
    client.post(page, {"action": "try_again", "_selected_action": [str(job.pk)]})

    assert "This plan has no tasks." in shown
    assert "test.names" not in shown
    assert state(job) == State.QUEUED
    with workspace_context(bridge):
        told = AuditEntry.objects.get(action="job.tried_again")
    assert (told.actor, told.subject_id) == (ada, job.pk)


def put_off(job: Job, **wait: float) -> datetime:
    until = timezone.now() + timedelta(**wait)
    with workspace_context(job.workspace_id):
        Job.objects.filter(pk=job.pk).update(not_before=until)
    return until


def test_a_worker_sleeps_until_a_back_off_is_over(bridge):
    until = put_off(ask(bridge, "test.mark"), minutes=2)
    put_off(ask(bridge, "test.mark"), minutes=3)

    assert services.next_due(["default"]) == until
    assert services.next_due(["live"]) is None


def test_a_worker_does_not_wake_for_what_is_due_and_held_up(bridge, settings):
    settings.JOB_WORKSPACE_CAP = 1
    ask(bridge, "test.mark")
    take()
    until = put_off(ask(bridge, "test.mark"), seconds=-5)

    assert take() is None
    assert services.next_due(["default"]) is None
    # Due since the worker looked, it may have been missed.
    assert services.next_due(["default"], after=until - timedelta(seconds=1)) == until


def test_a_worker_does_not_wake_for_what_is_cancelled(bridge):
    job = ask(bridge, "test.mark")
    put_off(job, minutes=2)
    with workspace_context(bridge):
        Job.objects.filter(pk=job.pk).update(is_cancel_requested=True)

    assert services.next_due(["default"]) is None


def test_an_idle_worker_beside_a_full_workspace_asks_seldom(bridge, settings, rq_queue):
    settings.JOB_WORKSPACE_CAP = 1
    ask(bridge, "test.mark")
    take()
    put_off(ask(bridge, "test.mark"), seconds=-5)
    worker = JobWorker(["default"])

    worker._do_all_that_waits()

    assert worker._until_next() == pace.sweep_seconds()


def test_what_changed_again_pays_for_no_former_break(bridge):
    with workspace_context(bridge):
        services.enqueue_latest("test.mark", topic="plan", payload={})
        job = Job.objects.get()
    for _ in range(2):
        services.hand_back(services.claim(job.pk), counts=True)
    assert take() is None

    with workspace_context(bridge):
        services.enqueue_latest("test.mark", topic="plan", payload={})

    assert take() == job.pk
    assert seen(job).max_attempts == 5


def test_a_topic_that_is_too_long_is_refused_rather_than_cut(bridge):
    with workspace_context(bridge), pytest.raises(DataError), transaction.atomic():
        services.enqueue_latest("test.mark", topic="x" * 81, payload={})


def test_it_takes_one_statement_whether_such_a_job_waits_or_not(bridge, django_assert_num_queries):
    with workspace_context(bridge):
        with django_assert_num_queries(1):
            services.enqueue_latest("test.mark", topic="plan", payload={"seconds": 1}, kind="look")
        with django_assert_num_queries(1):
            services.enqueue_latest("test.mark", topic="plan", payload={"seconds": 2})
        job = Job.objects.get()
        detail = JobDetail.objects.get()

    assert (job.kind, job.state, job.attempt, job.max_attempts) == ("look", State.QUEUED, 0, 3)
    assert (detail.pk, detail.job_id, detail.payload) == (job.pk, job.pk, {"seconds": 1})
    assert job.created_at is not None
