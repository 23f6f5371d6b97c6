"""The simulations app."""

from django.apps import AppConfig

from lineo.activity.signals import change_committed


class SimulationsConfig(AppConfig):
    """Uncertainty: simulations, forecasts and what is read from them."""

    name = "simulations"
    verbose_name = "Simulations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for edits."""
        from simulations.live import ask_after_change  # noqa: PLC0415 - models are not ready above

        change_committed.connect(ask_after_change, dispatch_uid="live-forecast")
