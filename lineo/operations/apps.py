from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Readiness, backup and restore, the export and the end of a workspace."""

    name = "lineo.operations"
    label = "operations"

    def ready(self) -> None:
        """Time every statement."""
        # ruff: noqa: PLC0415 - settings are not ready above
        from django.db.backends.signals import connection_created

        from lineo.operations import slow

        connection_created.connect(slow.watch)
