"""The planning app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Projects, scenarios and the plan they hold."""

    name = "planning"
    verbose_name = "Planning"
    default_auto_field = "django.db.models.BigAutoField"
