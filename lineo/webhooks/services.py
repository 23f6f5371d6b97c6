"""What is done to webhooks, one intention each, by those who administer the workspace."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from lineo.accounts import locking
from lineo.accounts.happened import tell
from lineo.accounts.models import Membership
from lineo.accounts.policy import Action, demand, scope_chain
from lineo.webhooks import deliveries, signing
from lineo.webhooks.addresses import AddressError, check_form
from lineo.webhooks.models import Delivery, DeliveryState, Webhook

MOST_WEBHOOKS = 20
_PATTERN = re.compile(r"[a-z_]{1,30}\.(?:\*|[a-z_]{1,29})")


@transaction.atomic
def add_webhook(
    *, url: str, actor: Membership, description: str = "", events: Iterable[str] = ()
) -> tuple[Webhook, str]:
    """Make a webhook; return it with its secret, which is shown this once.

    Raises
    ------
    ValidationError
        If the address or a pattern is wrong, or there are too many already.
    """
    _demand(actor)
    webhook = Webhook(
        url=url.strip(),
        description=description.strip(),
        events=sorted(set(events)),
        salt=get_random_string(32),
        created_by_id=actor.person_id,
    )
    _check(webhook)
    if Webhook.objects.count() >= MOST_WEBHOOKS:
        raise ValidationError(_("These are many webhooks. Delete one first."))
    webhook.save(force_insert=True)
    _tell("created", webhook, actor, after=_facts(webhook))
    return webhook, signing.secret_of(webhook)


@transaction.atomic
def edit_webhook(webhook: Webhook, *, actor: Membership, **fields: Any) -> Webhook:
    """Change its address, description, events or whether it is enabled."""
    _demand(actor)
    locked = locking.locked(Webhook.objects.all(), webhook.pk)
    before = _facts(locked)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.events = sorted(set(locked.events))
    if locked.is_enabled and not before["is_enabled"]:
        # It begins anew: what failed before it was mended is not held against it.
        locked.failures, locked.disabled_why = 0, ""
    _check(locked)
    locked.save()
    _tell("edited", locked, actor, before=before, after=_facts(locked))
    return locked


@transaction.atomic
def rotate_secret(webhook: Webhook, *, actor: Membership) -> str:
    """Give it another secret and return it; the former one signs beside it for a day."""
    _demand(actor)
    locked = locking.locked(Webhook.objects.all(), webhook.pk)
    locked.rotations += 1
    locked.rotated_at = timezone.now()
    locked.save(update_fields=["rotations", "rotated_at"])
    _tell("rotated", locked, actor)
    return signing.secret_of(locked)


@transaction.atomic
def delete_webhook(webhook: Webhook, *, actor: Membership) -> None:
    """Forget it, with what was delivered to it."""
    _demand(actor)
    _tell("deleted", webhook, actor, before=_facts(webhook))
    webhook.delete()


@transaction.atomic
def send_test(webhook: Webhook, *, actor: Membership) -> Delivery:
    """Send a message that tries the address, once, also where the webhook is disabled."""
    _demand(actor)
    _tell("tested", webhook, actor)
    return deliveries.deliver(webhook, action=deliveries.TEST)


@transaction.atomic
def resend(delivery: Delivery, *, actor: Membership) -> Delivery:
    """Send a message again, under the same id."""
    _demand(actor)
    locked = locking.locked(Delivery.objects.all(), delivery.pk)
    if locked.state == DeliveryState.WAITING:
        raise ValidationError(_("This message waits for its next try already."))
    locked.state, locked.tries, locked.next_try_at = DeliveryState.WAITING, 0, None
    locked.save(update_fields=["state", "tries", "next_try_at"])
    _tell("resent", locked.webhook, actor, after=locked.message_id)
    deliveries.ask_for(locked)
    return locked


def _check(webhook: Webhook) -> None:
    wrong = [one for one in webhook.events if not _PATTERN.fullmatch(one)]
    if wrong:
        raise ValidationError(
            {"events": _("“%(one)s” names no events: write scenario.* or plan.exported.")
             % {"one": wrong[0][:60]}}
        )  # fmt: skip
    webhook.full_clean(exclude=["workspace", "created_by"])
    try:
        check_form(webhook.url)
    except AddressError as error:
        raise ValidationError({"url": str(error)}) from None


def _demand(actor: Membership) -> None:
    demand(actor, Action.ADMINISTER, scopes=scope_chain(actor.workspace_id))


def _facts(webhook: Webhook) -> dict[str, Any]:
    names = ("url", "description", "events", "is_enabled")
    return {name: getattr(webhook, name) for name in names}


def _tell(deed: str, webhook: Webhook, actor: Membership, **facts: Any) -> None:
    workspace = webhook.workspace_id
    tell(f"webhook.{deed}", workspace=workspace, actor=actor, subject=webhook, **facts)
