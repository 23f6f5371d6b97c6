"""The live app."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """The feed, who is here, and the event stream. It has no rows of its own."""

    name = "lineo.live"
    label = "live"
    verbose_name = "Live"
