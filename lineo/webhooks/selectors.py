"""What is read of webhooks, by those who administer the workspace."""

from uuid import UUID

from django.db.models import QuerySet

from lineo.accounts.models import Membership
from lineo.accounts.policy import Action, demand, may, scope_chain
from lineo.webhooks.models import Delivery, Webhook


def may_manage(membership: Membership | None) -> bool:
    """Return whether the person may see and change webhooks."""
    return membership is not None and may(
        membership, Action.ADMINISTER, scopes=scope_chain(membership.workspace_id)
    )


def webhooks_for(membership: Membership) -> QuerySet[Webhook]:
    """Return the workspace's webhooks, the oldest first.

    Raises
    ------
    PermissionDenied
        Unless the person administers the workspace.
    """
    demand(membership, Action.ADMINISTER, scopes=scope_chain(membership.workspace_id))
    return Webhook.objects.filter(workspace_id=membership.workspace_id).order_by("created_at")


def webhook_for(membership: Membership, webhook_id: UUID) -> Webhook | None:
    """Return that webhook, None for who may see none: missing and hidden look the same."""
    if not may_manage(membership):
        return None
    return webhooks_for(membership).filter(pk=webhook_id).first()


def deliveries_of(webhook: Webhook) -> QuerySet[Delivery]:
    """Return what was sent, the newest first."""
    return Delivery.objects.filter(webhook=webhook).order_by("-id")


def delivery_for(membership: Membership, delivery_id: UUID) -> Delivery | None:
    """Return that delivery, None for who may see none."""
    if not may_manage(membership):
        return None
    rows = Delivery.objects.select_related("webhook")
    return rows.filter(workspace_id=membership.workspace_id, pk=delivery_id).first()
