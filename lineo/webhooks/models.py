"""Where to tell what happens, and what became of telling it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User, WallKey, WorkspaceModel
from lineo.accounts.walls import walls


class Webhook(WorkspaceModel):
    """An address of another program, and which events it is told.

    Its secret stands nowhere: it is derived from the site's key, the ``salt``
    and how often it was rotated. For a day after a rotation messages are signed
    with the former one too.
    """

    url = models.CharField(_("address"), max_length=500)
    description = models.CharField(_("what it is for"), max_length=200, blank=True)
    # Patterns such as scenario.*; none means every event.
    events: Any = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    salt = models.CharField(max_length=64, editable=False)
    rotations = models.PositiveIntegerField(default=0, editable=False)
    rotated_at = models.DateTimeField(null=True, editable=False)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    disabled_why = models.CharField(max_length=200, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        verbose_name = _("webhook")
        constraints = walls("webhooks_webhook")

    def __str__(self) -> str:
        return self.description or self.url

    def wants(self, action: str) -> bool:
        """Return whether it is told of ``action``."""
        family = f"{action.partition('.')[0]}.*"
        return not self.events or action in self.events or family in self.events


class DeliveryState(models.TextChoices):
    """What became of a message."""

    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    GIVEN_UP = "given_up", _("Given up")


class Delivery(WorkspaceModel):
    """One event for one webhook: its id is the message's, the same at every try."""

    webhook = WallKey(Webhook, models.CASCADE, related_name="deliveries")
    # The change or the audit entry; none for a message that only tries the address.
    event_id = models.UUIDField(null=True)
    action = models.CharField(_("event"), max_length=60)
    state = models.CharField(
        _("state"), max_length=16, choices=DeliveryState, default=DeliveryState.WAITING
    )
    tries = models.PositiveIntegerField(_("tries"), default=0)
    status = models.PositiveIntegerField(_("answer"), null=True)
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)
    took_ms = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    tried_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = walls("webhooks_delivery", "webhook")
        indexes = [
            models.Index(fields=["workspace", "webhook", "-id"], name="delivery_of_webhook"),
        ]

    def __str__(self) -> str:
        return f"{self.action} · {self.get_state_display()}"

    @property
    def message_id(self) -> str:
        """The id by which a receiver knows a message that it has had before."""
        return f"msg_{self.pk.hex}"
