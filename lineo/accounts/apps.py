from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import pre_migrate

from lineo.accounts import roles


class AccountsConfig(AppConfig):
    name = "lineo.accounts"
    label = "accounts"

    def ready(self) -> None:
        connection_created.connect(roles.refuse_wall_climbers, dispatch_uid="accounts.guard")
        pre_migrate.connect(roles.prepare_database, sender=self, dispatch_uid="accounts.roles")
