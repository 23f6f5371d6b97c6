"""The simulations app."""

from django.apps import AppConfig


class SimulationsConfig(AppConfig):
    """Uncertainty: simulations, forecasts and what is read from them."""

    name = "simulations"
    verbose_name = "Simulations"
    default_auto_field = "django.db.models.BigAutoField"
