from typing import Any

from django.core.management.base import BaseCommand

from lineo.accounts.models import Role
from lineo.accounts.policy import ACTIONS_BY_ROLE, Action

HEAD = """# Roles

What each role may do in a workspace; `python manage.py roles` writes this table from
`lineo/accounts/policy.py`, and a test keeps it so. Rules allow or deny on top of it.

"""


def table() -> str:
    """Return the table of roles and actions in Markdown."""
    roles = list(Role)
    rows = [["", *(str(role.label) for role in roles)], ["---"] * (len(roles) + 1)]
    rows += [
        [str(action.label), *("yes" if action in ACTIONS_BY_ROLE[role] else "–" for role in roles)]
        for action in Action
    ]
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


class Command(BaseCommand):
    help = "Print what each role may do, as docs/roles.md has it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(table(), ending="")
