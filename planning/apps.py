"""The planning app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Projects, scenarios and the plan they hold."""

    name = "planning"
    verbose_name = "Planning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the room below where rules and tokens can be laid."""
        # ruff: noqa: PLC0415 - models are not ready above
        from lineo.accounts import places
        from planning.places import PlanningAtlas

        places.register(PlanningAtlas())
