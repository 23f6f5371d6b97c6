"""Webhooks over HTTP."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.accounts.models import Membership
from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.queries import Query
from lineo.api.shapes import FLAG, MOMENT, choice, listing, nullable, record, shape, text, whole
from lineo.api.shapes import UUID as ID
from lineo.api.views import ApiView
from lineo.webhooks import selectors, services
from lineo.webhooks.models import Delivery, DeliveryState, Webhook

_EVENTS = listing(text(60, least=1, about="Such as scenario.promoted or scenario.*"), 50)
_SMALL = 2**31 - 1
_FIELDS = {
    "id": ID,
    "url": text(500),
    "description": text(200),
    "events": _EVENTS,
    "is_enabled": FLAG,
    "disabled_why": text(200),
    "failures": whole(0, _SMALL, description="How many messages in a row were not taken."),
    "created_at": MOMENT,
}
WEBHOOK = shape("Webhook", record(_FIELDS, about="An address that is told of events; none: all."))
WEBHOOKS = page_of("Webhook")
WITH_SECRET = shape("WebhookWithSecret", record({**_FIELDS, "secret": text(100)}))
_GIVEN = {"url": text(500, least=1), "description": text(200), "events": _EVENTS}
shape("WebhookNew", record(_GIVEN, required=("url",)))
shape("WebhookChange", record({**_GIVEN, "is_enabled": FLAG}, required=()))
DELIVERY = shape(
    "Delivery",
    record(
        {
            "id": ID,
            "webhook": ID,
            "message_id": text(60, about="The webhook-id header, the same at every try."),
            "event": nullable(ID),
            "action": text(60),
            "state": choice(*DeliveryState.values),
            "tries": whole(0, _SMALL),
            "status": nullable(whole(0, _SMALL)),
            "error": text(300),
            "took_ms": nullable(whole(0, _SMALL)),
            "created_at": MOMENT,
            "tried_at": nullable(MOMENT),
            "next_try_at": nullable(MOMENT),
        },
        about="One event for one webhook, and what became of it.",
    ),
)
DELIVERIES = page_of("Delivery")


def present(row: Webhook) -> dict[str, Any]:
    """Return a webhook as the API shows it, without its secret."""
    return {
        "id": str(row.pk),
        "url": row.url,
        "description": row.description,
        "events": row.events,
        "is_enabled": row.is_enabled,
        "disabled_why": row.disabled_why,
        "failures": row.failures,
        "created_at": row.created_at,
    }


def present_delivery(row: Delivery) -> dict[str, Any]:
    """Return a delivery as the API shows it."""
    return {
        "id": str(row.pk),
        "webhook": str(row.webhook_id),
        "message_id": row.message_id,
        "event": str(row.event_id) if row.event_id else None,
        "action": row.action,
        "state": row.state,
        "tries": row.tries,
        "status": row.status,
        "error": row.error,
        "took_ms": row.took_ms,
        "created_at": row.created_at,
        "tried_at": row.tried_at,
        "next_try_at": row.next_try_at,
    }


class WebhookView(ApiView):
    """For those who administer the workspace."""

    tag = "webhooks"

    @property
    def membership(self) -> Membership:
        return self.request.membership  # type: ignore[attr-defined,no-any-return]

    def webhook(self, webhook_id: UUID) -> Webhook:
        found = selectors.webhook_for(self.membership, webhook_id)
        if found is None:
            raise Http404
        return found


class Webhooks(WebhookView):
    """The workspace's webhooks."""

    @operation("list_webhooks", "List webhooks", answers=WEBHOOKS, query=PAGE_QUERY)
    def get(self, request: Request, *, query: dict[str, Any]) -> Response:
        return page(request, selectors.webhooks_for(self.membership), present, query)

    @operation("create_webhook", "Make a webhook", body="WebhookNew", answers=WITH_SECRET,
               status=201)  # fmt: skip
    def post(self, request: Request, *, body: dict[str, Any]) -> Response:
        """Make a webhook. The secret of its signatures is in this answer and nowhere else."""
        made, secret = services.add_webhook(actor=self.membership, **body)
        headers = {"Location": reverse("api:webhook", args=[made.pk])}
        return Response({**present(made), "secret": secret}, status=201, headers=headers)


class WebhookDetail(WebhookView):
    """One webhook."""

    @operation("read_webhook", "Read a webhook", answers=WEBHOOK)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        return Response(present(self.webhook(webhook_id)))

    @operation("edit_webhook", "Edit a webhook", body="WebhookChange", answers=WEBHOOK)
    def patch(self, request: Request, webhook_id: UUID, *, body: dict[str, Any]) -> Response:
        """Change what is named; enabled again, it begins without failures."""
        found = self.webhook(webhook_id)
        return Response(present(services.edit_webhook(found, actor=self.membership, **body)))

    @operation("delete_webhook", "Delete a webhook", status=204)
    def delete(self, request: Request, webhook_id: UUID) -> Response:
        """Forget it and what was sent to it."""
        services.delete_webhook(self.webhook(webhook_id), actor=self.membership)
        return Response(status=204)


class WebhookRotation(WebhookView):
    """Another secret."""

    @operation("rotate_webhook", "Rotate a webhook's secret", answers=WITH_SECRET)
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Answer a new secret; for a day messages are signed with the former one too."""
        found = self.webhook(webhook_id)
        secret = services.rotate_secret(found, actor=self.membership)
        return Response({**present(found), "secret": secret})


class WebhookTest(WebhookView):
    """A message that tries the address."""

    @operation("test_webhook", "Send a test message", answers=DELIVERY, status=202)
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Send one message of the type webhook.test, once."""
        found = services.send_test(self.webhook(webhook_id), actor=self.membership)
        return Response(present_delivery(found), status=202)


class WebhookDeliveries(WebhookView):
    """What was sent to a webhook."""

    @operation(
        "list_deliveries",
        "List deliveries",
        answers=DELIVERIES,
        query=(
            *PAGE_QUERY,
            Query("state", choice(*DeliveryState.values), "Only deliveries in this state."),
        ),
    )
    def get(self, request: Request, webhook_id: UUID, *, query: dict[str, Any]) -> Response:
        rows = selectors.deliveries_of(self.webhook(webhook_id))
        if query["state"]:
            rows = rows.filter(state=query["state"])
        return page(request, rows, present_delivery, query)


class DeliveryView(WebhookView):
    """What the views of deliveries share."""

    def delivery(self, delivery_id: UUID) -> Delivery:
        found = selectors.delivery_for(self.membership, delivery_id)
        if found is None:
            raise Http404
        return found


class DeliveryDetail(DeliveryView):
    """One delivery."""

    @operation("read_delivery", "Read a delivery", answers=DELIVERY)
    def get(self, request: Request, delivery_id: UUID) -> Response:
        return Response(present_delivery(self.delivery(delivery_id)))


class DeliveryResend(DeliveryView):
    """A message once more."""

    @operation("resend_delivery", "Send a message again", answers=DELIVERY, status=202)
    def post(self, request: Request, delivery_id: UUID) -> Response:
        """Send it again under the same id, as if it had not been tried."""
        found = services.resend(self.delivery(delivery_id), actor=self.membership)
        return Response(present_delivery(found), status=202)


urlpatterns = [
    path("webhooks/", Webhooks.as_view(), name="webhooks"),
    path("webhooks/<uuid:webhook_id>/", WebhookDetail.as_view(), name="webhook"),
    path("webhooks/<uuid:webhook_id>/rotate/", WebhookRotation.as_view(), name="rotate-webhook"),
    path("webhooks/<uuid:webhook_id>/test/", WebhookTest.as_view(), name="test-webhook"),
    path(
        "webhooks/<uuid:webhook_id>/deliveries/",
        WebhookDeliveries.as_view(),
        name="webhook-deliveries",
    ),
    path("deliveries/<uuid:delivery_id>/", DeliveryDetail.as_view(), name="delivery"),
    path("deliveries/<uuid:delivery_id>/resend/", DeliveryResend.as_view(), name="resend-delivery"),
]
