from typing import Any

from django.contrib.auth.management.commands.createsuperuser import Command as DjangoCommand

from lineo.accounts.models import User
from lineo.accounts.people import vouch_for


class Command(DjangoCommand):
    """Django's createsuperuser; the address needs no letter to be confirmed."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        for person in User.objects.filter(is_staff=True, is_agent=False, emailaddress=None):
            vouch_for(person)
