"""From an event to its messages: written with the event, sent by jobs, tried again for days."""

import json
import logging
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from lineo.accounts.happened import tell
from lineo.accounts.locking import locked
from lineo.activity.models import AuditEntry, Change, Event
from lineo.activity.sight import sight_of_administrators
from lineo.activity.trail import lines_of
from lineo.activity.trail_files import present
from lineo.jobs import services as jobs
from lineo.webhooks import sending, signing
from lineo.webhooks.models import Delivery, DeliveryState, Webhook
from lineo.webhooks.sending import Outcome

logger = logging.getLogger(__name__)

FUNCTION = "deliver-webhook"
TEST = "webhook.test"
MOST_FAILURES = 40
MOST_EDITS = 100
KEPT_FOR = timedelta(days=30)
SWEEP_EACH = 100
"""At about every so many messages what is old is forgotten."""
GONE = 410
BACK_OFF_SECONDS = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 86_400)
"""How long to wait after each failed try: longer each time, a day at the end."""


def on_recorded(*, row: Change | AuditEntry, **_: Any) -> None:
    """Write a message for each webhook that is told of ``row``, in its transaction."""
    for webhook in Webhook.objects.filter(workspace_id=row.workspace_id, is_enabled=True):
        if webhook.wants(row.action):
            deliver(webhook, action=row.action, event_id=row.pk)


def deliver(webhook: Webhook, *, action: str, event_id: UUID | None = None) -> Delivery:
    """Write one message and ask for it to be sent."""
    delivery = Delivery.objects.create(webhook=webhook, action=action, event_id=event_id)
    ask_for(delivery)
    return delivery


def send(delivery: Delivery) -> None:
    """Try once; then it is delivered, waits for its next try, or is given up."""
    webhook = delivery.webhook
    if delivery.state != DeliveryState.WAITING:
        return
    if not webhook.is_enabled and delivery.action != TEST:
        _close(delivery, error=_("The webhook is disabled."))
        return
    body = body_of(delivery)
    if body is None:
        _close(delivery, error=_("What it speaks of is gone."))
        return
    headers = signing.headers_for(
        delivery.message_id,
        timestamp=int(timezone.now().timestamp()),
        body=body,
        secrets=signing.secrets_of(webhook),
    )
    outcome = sending.post(webhook.url, body=body, headers=headers)
    told = outcome.error or outcome.status
    logger.info("%s of %s to %s: %s", delivery.message_id, delivery.action, webhook.pk, told)
    _note(delivery, outcome)
    if delivery.pk.int % SWEEP_EACH == 0:
        forget_old(webhook)


def forget_old(webhook: Webhook) -> None:
    """Delete what became of messages long ago; the events themselves stay in the trail."""
    ended = Delivery.objects.filter(webhook=webhook).exclude(state=DeliveryState.WAITING)
    ended.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()


def body_of(delivery: Delivery) -> bytes | None:
    """Return the message as JSON, the same at every try; None where its event is gone."""
    words: Any = {"type": delivery.action, "timestamp": delivery.created_at, "data": {}}
    if delivery.event_id is not None:
        event = Event.objects.select_related("actor").filter(pk=delivery.event_id).first()
        if event is None:
            return None
        # All who administer may set a webhook's address: it is told what all of them may read.
        (line,) = lines_of([event], sight_of_administrators(delivery.workspace_id))
        data = {**present(line), "workspace": delivery.workspace_id}
        data["edits"], data["edits_left_out"] = _few(data["edits"])
        words |= {"timestamp": event.created_at, "data": data}
    return json.dumps(words, cls=DjangoJSONEncoder).encode()


def _few(edits: list[Any]) -> tuple[list[Any], int]:
    """Return few edits whole, or none of many and how many they were."""
    return ([], len(edits)) if len(edits) > MOST_EDITS else (edits, 0)


def _note(delivery: Delivery, outcome: Outcome) -> None:
    delivery.tries += 1
    delivery.tried_at = timezone.now()
    delivery.status, delivery.error = outcome.status, outcome.error[:300]
    delivery.took_ms, delivery.next_try_at = outcome.took_ms, None
    webhooks = Webhook.objects.filter(pk=delivery.webhook_id)
    if outcome.is_good:
        delivery.state = DeliveryState.DELIVERED
        webhooks.exclude(failures=0).update(failures=0)
    else:
        webhooks.update(failures=F("failures") + 1)
        _plan_next(delivery)
    delivery.save()
    if not outcome.is_good:
        _disable_if_hopeless(delivery.webhook_id, status=outcome.status)


def _plan_next(delivery: Delivery) -> None:
    if delivery.action == TEST or delivery.tries > len(BACK_OFF_SECONDS):
        delivery.state = DeliveryState.GIVEN_UP
        return
    # Not all at the same moment, where many messages failed together.
    seconds = BACK_OFF_SECONDS[delivery.tries - 1] * random.uniform(0.9, 1.1)  # noqa: S311 - no secret
    delivery.next_try_at = timezone.now() + timedelta(seconds=seconds)
    ask_for(delivery)


def ask_for(delivery: Delivery) -> None:
    """Ask a worker to try, not before its next try is due."""
    jobs.enqueue(
        FUNCTION,
        kind="webhook",
        topic=topic_of(delivery.webhook_id),
        payload={"delivery": str(delivery.pk)},
        not_before=delivery.next_try_at,
    )


def topic_of(webhook_id: UUID) -> str:
    """Return what the jobs of a webhook's messages have in common."""
    return f"{FUNCTION} {webhook_id}"


def _close(delivery: Delivery, *, error: str) -> None:
    delivery.state, delivery.error, delivery.next_try_at = DeliveryState.GIVEN_UP, error, None
    delivery.save()


def _disable_if_hopeless(webhook_id: UUID, *, status: int | None) -> None:
    webhook = locked(Webhook.objects.all(), webhook_id)
    if not webhook.is_enabled or (webhook.failures < MOST_FAILURES and status != GONE):
        return
    webhook.is_enabled = False
    webhook.disabled_why = (
        _("It answered that it is gone for good.")
        if status == GONE
        else _("%(count)s messages in a row could not be delivered.") % {"count": webhook.failures}
    )
    webhook.save(update_fields=["is_enabled", "disabled_why"])
    tell(
        "webhook.disabled",
        workspace=webhook.workspace_id,
        actor=None,
        subject=webhook,
        after=webhook.disabled_why,
    )
