"""From an event to its message: signed, sent, tried again, given up."""

import socket
import threading
import time
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from lineo.accounts.ids import uuid7
from lineo.activity.models import ACTIONS, AuditEntry
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Job
from lineo.webhooks import deliveries, sending, services, signing
from lineo.webhooks.models import Delivery, DeliveryState, Webhook
from planning.services import projects, tasks
from tests.builders import make_baseline, make_project, make_team
from tests.webhooks.conftest import is_signed

pytestmark = pytest.mark.django_db(transaction=True)


SLOWER = 100


@pytest.fixture(autouse=True)
def _slow_clock(monkeypatch):
    """Let waits be so long that none is over by itself, however slow the machine is."""
    waits = tuple(SLOWER * seconds for seconds in deliveries.BACK_OFF_SECONDS)
    monkeypatch.setattr(deliveries, "BACK_OFF_SECONDS", waits)


def try_now(team):
    """Let what waits out its back-off be tried at once."""
    with team.context():
        Job.objects.filter(state="queued").update(not_before=None)
    run_waiting()


def only(team):
    with team.context():
        return Delivery.objects.select_related("webhook").get()


def test_a_change_of_a_plan_is_told_and_signed(team, hook, receiver):
    with team.context():
        scenario = make_baseline(team, name="Foundry")
    with team.context():
        row = tasks.add_task(scenario, actor=team.person, name="Dig")

    run_waiting()

    assert [one["type"] for one in receiver.messages] == ["project.created", "scenario.changed"]
    changed = receiver.messages[1]["data"]
    assert (changed["number"], changed["scenario"]) == (3, str(scenario.pk))
    assert changed["edits"][0]["key"] == row.key
    assert changed["actor"]["id"] == str(team.person.pk)
    assert all(is_signed(hook[1], *one) for one in receiver.got)


def test_only_what_was_asked_for_is_told(team, hook, receiver):
    with team.context():
        webhook = services.add_webhook(url=receiver.url, actor=team.membership,
                                       events=["project.archived"])[0]  # fmt: skip
        projects.archive_project(make_project(team), actor=team.person)

    run_waiting()

    with team.context():
        told = Delivery.objects.filter(webhook=webhook).values_list("action", flat=True)
        assert list(told) == ["project.archived"]


def test_what_is_rolled_back_is_told_to_nobody(team, hook, receiver):
    with team.context():
        make_project(team)
        transaction.set_rollback(True)

    run_waiting()

    assert receiver.got == []


def test_other_workspaces_are_told_nothing(team, hook, receiver):
    other = make_team("Elsewhere")
    with other.context():
        make_project(other)

    run_waiting()

    assert receiver.got == []


def test_a_failed_message_is_tried_again_under_the_same_id(team, hook, receiver):
    receiver.answers = [500, 503]
    with team.context():
        make_project(team)

    run_waiting()
    waiting = only(team)
    try_now(team)
    try_now(team)

    delivered = only(team)
    assert (waiting.state, waiting.status, waiting.tries) == (DeliveryState.WAITING, 500, 1)
    assert waiting.next_try_at > timezone.now()
    assert (delivered.state, delivered.status, delivered.tries) == (DeliveryState.DELIVERED, 204, 3)
    assert len(set(receiver.ids)) == 1
    assert len({body for _, body in receiver.got}) == 1
    assert delivered.webhook.failures == 0


def test_a_message_waits_out_its_back_off(team, hook, receiver):
    receiver.answers = [500]
    with team.context():
        make_project(team)

    run_waiting()
    run_waiting()

    assert len(receiver.got) == 1


def test_waits_grow_to_a_day_and_then_it_is_given_up(team, hook, receiver, monkeypatch):
    monkeypatch.setattr(deliveries, "MOST_FAILURES", 1_000)
    receiver.answers = [500] * 40
    with team.context():
        make_project(team)
    waits = []

    run_waiting()
    while (found := only(team)).state == DeliveryState.WAITING:
        waits.append((found.next_try_at - found.tried_at).total_seconds() / SLOWER)
        try_now(team)

    assert waits == sorted(waits)
    assert waits[0] < 10
    assert timedelta(hours=21) < timedelta(seconds=waits[-1]) < timedelta(hours=27)
    assert only(team).state == DeliveryState.GIVEN_UP
    assert len(receiver.got) == len(waits) + 1


def test_after_forty_failures_it_is_disabled_and_that_is_noted(team, hook, receiver):
    receiver.answers = [500] * 100
    for number in range(45):
        with team.context():
            make_project(team, name=f"Project {number}")

    run_waiting()

    with team.context():
        webhook = Webhook.objects.get()
        entry = AuditEntry.objects.get(action="webhook.disabled")
        stopped = Delivery.objects.filter(error__contains="disabled", tries=0).count()
    assert not webhook.is_enabled
    assert (len(receiver.got), stopped) == (40, 5)
    assert "40" in entry.after
    assert entry.actor is None


def test_an_address_that_is_gone_is_disabled_at_once(team, hook, receiver):
    receiver.answers = [410]
    with team.context():
        make_project(team)

    run_waiting()

    with team.context():
        assert not Webhook.objects.get().is_enabled


def test_a_success_forgets_the_failures_before(team, hook, receiver):
    receiver.answers = [500, 500]
    with team.context():
        make_project(team, name="A")
        make_project(team, name="B")
        make_project(team, name="C")

    run_waiting()

    with team.context():
        assert Webhook.objects.get().failures == 0


def test_a_redirect_is_not_followed(team, hook, receiver):
    receiver.answers, receiver.location = [302], receiver.url
    with team.context():
        make_project(team)

    run_waiting()

    assert len(receiver.got) == 1
    assert "redirect" in only(team).error


def test_nobody_answering_is_told_in_words(team, hook, receiver, settings):
    settings.WEBHOOK_HOSTS = ["127.0.0.1:1"]
    with team.context():
        Webhook.objects.update(url="http://127.0.0.1:1/hook")
        make_project(team)

    run_waiting()

    assert "can't be reached" in only(team).error


def test_after_a_rotation_both_secrets_sign_for_a_day(team, hook, receiver):
    webhook, former = hook
    with team.context():
        fresh = services.rotate_secret(webhook, actor=team.membership)
        make_project(team, name="A")
    run_waiting()
    with team.context():
        Webhook.objects.update(rotated_at=timezone.now() - signing.FORMER_IS_GOOD_FOR)
        make_project(team, name="B")
    run_waiting()

    first, second = receiver.got
    assert fresh != former
    assert is_signed(former, *first)
    assert is_signed(fresh, *first)
    assert not is_signed(former, *second)
    assert is_signed(fresh, *second)


def test_a_test_message_is_sent_once_also_while_disabled(team, hook, receiver):
    receiver.answers = [500]
    with team.context():
        webhook = services.edit_webhook(hook[0], actor=team.membership, is_enabled=False)
        services.send_test(webhook, actor=team.membership)

    run_waiting()

    assert [one["type"] for one in receiver.messages] == ["webhook.test"]
    assert only(team).state == DeliveryState.GIVEN_UP


def test_a_message_is_sent_again_when_asked(team, hook, receiver):
    with team.context():
        make_project(team)
    run_waiting()
    with team.context():
        services.resend(Delivery.objects.get(), actor=team.membership)

    run_waiting()

    assert len(receiver.got) == 2
    assert len(set(receiver.ids)) == 1


def test_a_large_change_is_told_without_its_edits(team, hook, receiver, monkeypatch):
    monkeypatch.setattr(deliveries, "MOST_EDITS", 0)
    with team.context():
        scenario = make_baseline(team)
        tasks.add_task(scenario, actor=team.person, name="Dig")

    run_waiting()

    assert receiver.messages[1]["data"]["edits_left_out"] == 1


def test_the_job_done_twice_sends_once(team, hook, receiver):
    with team.context():
        make_project(team)
    run_waiting()

    with team.context():
        deliveries.send(Delivery.objects.select_related("webhook").get())

    assert len(receiver.got) == 1


def test_python_and_database_call_changes_alike(team):
    with connection.cursor() as cursor:
        for intention in [*ACTIONS, "edit-task"]:
            cursor.execute("SELECT activity_action_of(%s)", [intention])
            assert cursor.fetchone() == (ACTIONS.get(intention, "scenario.changed"),)


def test_no_secret_stands_in_the_database(team, hook):
    _, secret = hook
    with team.context(), connection.cursor() as cursor:
        for table in ("webhooks_webhook", "activity_auditentry"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert all(secret.removeprefix("whsec_") not in row for (row,) in cursor.fetchall())


def test_the_id_of_a_message_tells_nothing_else(team, hook, receiver):
    with team.context():
        make_project(team)
    run_waiting()

    assert receiver.ids == [f"msg_{only(team).pk.hex}"]
    assert only(team).pk != uuid7()


def test_what_was_sent_long_ago_is_forgotten_and_what_waits_is_not(team, hook, receiver):
    receiver.answers = [204, 500]
    for name in "ABC":
        with team.context():
            make_project(team, name=name)
    run_waiting()
    with team.context():
        old = list(Delivery.objects.order_by("pk")[:2])
        long_ago = timezone.now() - deliveries.KEPT_FOR - timedelta(hours=1)
        Delivery.objects.filter(pk__in=[one.pk for one in old]).update(created_at=long_ago)

        deliveries.forget_old(hook[0])

        left = Delivery.objects.order_by("pk").values_list("state", flat=True)
        assert list(left) == [DeliveryState.WAITING, DeliveryState.DELIVERED]


def test_jobs_that_are_done_do_not_pile_up(team, hook, receiver):
    for number in range(5):
        with team.context():
            make_project(team, name=f"Project {number}")
        run_waiting()

    with team.context():
        assert Job.objects.filter(kind="webhook").count() == 1


@pytest.mark.parametrize("begins", ["X-Slow: ", "Connection: close\r\n\r\n"])
def test_a_receiver_that_drips_is_broken_off(monkeypatch, settings, begins):
    """Each byte comes in time, and the answer never does: of its head, of its body."""
    monkeypatch.setattr(sending, "TIMEOUT_SECONDS", 1.0)
    with dripping(begins) as port:
        settings.WEBHOOK_HOSTS = [f"127.0.0.1:{port}"]
        began = time.monotonic()
        outcome = sending.post(f"http://127.0.0.1:{port}/", body=b"{}", headers={})

    assert (outcome.status, outcome.error) == (None, "It took longer than 1 s.")
    assert time.monotonic() - began < 10


@contextmanager
def dripping(begins):
    """Give the port of a server that sends letters one by one, without end."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def drip():
            line, _from = door.accept()
            with line, suppress(OSError):
                line.sendall(b"HTTP/1.1 200 OK\r\n" + begins.encode())
                while not stop.wait(0.1):
                    line.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        yield door.getsockname()[1]
        stop.set()
        thread.join()
