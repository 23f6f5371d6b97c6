"""The webhooks app."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Webhooks, their deliveries, and the job that sends them."""

    name = "lineo.webhooks"
    label = "webhooks"
    verbose_name = "Webhooks"

    def ready(self) -> None:
        """Write a delivery in the transaction of each event."""
        # ruff: noqa: PLC0415 - models are not ready above
        from lineo.activity.signals import recorded
        from lineo.webhooks.deliveries import on_recorded

        recorded.connect(on_recorded, dispatch_uid="webhooks")
