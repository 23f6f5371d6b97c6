"""Whether a session still speaks for the person whom it names."""

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from lineo.accounts.models import User


def is_vouched_for(request: HttpRequest, person: User) -> bool:
    """Return whether the session was made for ``person`` as they stand: same password, active.

    It is what Django asks of a session, of a person who is read already. A no is no verdict:
    Django's own way also knows sessions from before a change of the site's secret.
    """
    session = request.session
    return (
        session.get(auth.SESSION_KEY) == str(person.pk)
        and session.get(auth.BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and person.is_active
        and constant_time_compare(
            session.get(auth.HASH_SESSION_KEY, ""), person.get_session_auth_hash()
        )
    )
