"""Sign-ins that failed, in the trail of each workspace of the account that was tried.

To tell takes a moment that nobody spends where there is no such account, and so the answer's time
would say which addresses have one. Hence one row is written in either case, and the sweeper tells.
"""

from django.db import connection, transaction

from lineo.accounts import selectors
from lineo.accounts.happened import tell
from lineo.accounts.models import FailedSignIn, User
from lineo.accounts.tenancy import workspace_context
from lineo.requests import continued, current

PASSWORD, CODE = "password", "code"
_AT_ONCE = 200
_NOTE = """
INSERT INTO accounts_failedsignin (person_id, step, request_id)
VALUES ((SELECT id FROM accounts_user WHERE email = lower(%s) AND is_active), %s, %s)
"""


def note(email: str, step: str) -> None:
    """Write down that somebody gave a wrong password, or a wrong code, for an account."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [email.strip().replace("\0", ""), step, current()])


@transaction.atomic
def tell_all() -> None:
    """Tell what was written down, and forget it; for the sweeper, outside any workspace."""
    rows = FailedSignIn.objects.select_for_update(skip_locked=True, of=("self",))
    for row in rows.select_related("person").order_by("pk")[:_AT_ONCE]:
        if row.person is not None:
            with continued(row.request_id):
                _tell(row.person, row.step)
        row.delete()


def _tell(person: User, step: str) -> None:
    with workspace_context(None, person):
        found = selectors.memberships_of(person)
    for membership in found:
        # Nobody knows who it was; it was done to the account.
        tell(
            "person.sign_in_failed",
            workspace=membership.workspace_id,
            actor=None,
            subject=person,
            after=step,
        )
