from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Readiness, backup and restore, the export and the end of a workspace."""

    name = "lineo.operations"
    label = "operations"
    default_auto_field = "django.db.models.BigAutoField"
