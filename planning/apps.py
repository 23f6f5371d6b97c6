"""The planning app."""

from django.apps import AppConfig
from django.utils.translation import gettext


class PlanningConfig(AppConfig):
    """Projects, scenarios and the plan they hold."""

    name = "planning"
    verbose_name = "Planning"

    def ready(self) -> None:
        """Tell the room below where rules and tokens can be laid, and the core how people speak."""
        # ruff: noqa: PLC0415 - models are not ready above
        from lineo.accounts import places
        from planning.core import wording
        from planning.places import PlanningAtlas

        places.register(PlanningAtlas())
        wording.speak_with(gettext)
