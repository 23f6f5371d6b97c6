"""The portfolio app."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """Across projects: lanes on one axis, links between plans, goals."""

    name = "lineo.portfolio"
    label = "portfolio"
    verbose_name = "Portfolio"

    def ready(self) -> None:
        """Listen to plans being written, changes committed, promotions and forecasts."""
        # ruff: noqa: PLC0415 - models are not ready above
        from django.db.models.signals import post_save

        from lineo.activity.signals import change_committed
        from lineo.portfolio import following, readings
        from planning.models import Promotion
        from planning.signals import plan_drafted, plan_written, shown_changed, zone_changed
        from simulations.signals import forecast_stored

        plan_drafted.connect(following.check_links, dispatch_uid="portfolio-circles")
        plan_written.connect(following.note_links, dispatch_uid="portfolio-links")
        change_committed.connect(following.tell_followers, dispatch_uid="portfolio-followers")
        zone_changed.connect(following.note_zone, dispatch_uid="portfolio-zone")
        shown_changed.connect(following.note_shown_of, dispatch_uid="portfolio-shown")
        post_save.connect(
            following.note_promotion, sender=Promotion, dispatch_uid="portfolio-promotion"
        )
        forecast_stored.connect(readings.read_forecast, dispatch_uid="portfolio-readings")
