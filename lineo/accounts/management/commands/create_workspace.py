from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lineo.accounts import services
from lineo.accounts.models import User


class Command(BaseCommand):
    help = "Make a workspace for a person who can sign in already (see createsuperuser)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--owner", required=True, metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = User.objects.filter(email=options["owner"].strip().lower()).first()
        if owner is None:
            raise CommandError(f"No one signs in as {options['owner']}.")
        workspace = services.create_workspace(options["name"], owner=owner)
        self.stdout.write(f"{workspace.name} ({workspace.slug}) belongs to {owner.email}.")
