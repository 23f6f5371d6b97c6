"""The activity app."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """The change log and what reads it."""

    name = "lineo.activity"
    label = "activity"
    verbose_name = "Activity"
    default_auto_field = "django.db.models.BigAutoField"
