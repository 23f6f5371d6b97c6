from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The one job table, its workers, its supervisor."""

    name = "lineo.jobs"
    label = "jobs"
