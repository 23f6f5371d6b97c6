"""The notices app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notifications, their digest, and subscriptions to a date."""

    name = "lineo.notices"
    label = "notices"
    verbose_name = "Notices"

    def ready(self) -> None:
        """Listen to what people do, to jobs that end and to forecasts that are stored."""
        # ruff: noqa: PLC0415 - models are not ready above
        from django.db.models.signals import post_save

        from lineo.accounts.happened import happened
        from lineo.jobs.signals import job_ended
        from lineo.notices.listening import hear_deed, hear_forecast, hear_job, hear_promotion
        from planning.models import Promotion
        from simulations.signals import forecast_stored

        happened.connect(hear_deed, dispatch_uid="notices")
        # Each way to promote ends in this row, whether it is told as a deed or as a change.
        post_save.connect(hear_promotion, sender=Promotion, dispatch_uid="notices")
        job_ended.connect(hear_job, dispatch_uid="notices")
        forecast_stored.connect(hear_forecast, dispatch_uid="notices")
