"""The activity app."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """The change log, the audit trail, and what reads them."""

    name = "lineo.activity"
    label = "activity"
    verbose_name = "Activity"

    def ready(self) -> None:
        """Record what is told."""
        # ruff: noqa: PLC0415 - models are not ready above
        from lineo.accounts.happened import happened
        from lineo.activity.audit import record

        happened.connect(record, dispatch_uid="audit-trail")
