"""Who says who they are with one message: e-mail, password and, where there is one, a code.

The same is counted and the same is answered as on the pages of the entrance: an unknown account
and a wrong password can't be told apart, and cost the same.
"""

from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from allauth.account.utils import has_verified_email
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lineo.accounts import failed_tries, limits
from lineo.accounts.adapters import AccountAdapter
from lineo.accounts.forms import CodeForm
from lineo.accounts.models import User
from lineo.requests import address_of


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody is not let in: too many tries, or what is wrong in which field."""

    field: str = ""
    message: str = ""
    wait_seconds: int = 0


def prove(request: HttpRequest, *, email: str, password: str, code: str) -> User | Refusal:
    """Return whose e-mail and password these are, or why nobody is let in.

    Tries are counted before anything is looked at, so no transaction may stand around this.
    """
    email = email.strip().lower()
    if wait := limits.count_try(email, address=address_of(request)):
        return Refusal(wait_seconds=wait)
    person = get_adapter().authenticate(request, email=email, password=password)
    if not isinstance(person, User) or not person.is_active or not has_verified_email(person):
        failed_tries.note(email, failed_tries.PASSWORD)
        return Refusal(message=str(AccountAdapter.error_messages["email_password_mismatch"]))
    refusal = _second_step(person, code) if is_mfa_enabled(person) else None
    if refusal is None:
        limits.forget_tries(email)
    return refusal or person


def _second_step(person: User, code: str) -> Refusal | None:
    if not code:
        return Refusal("code", _("Send the code of your second step, too."))
    if wait := limits.count(limits.CODE, str(person.pk)):
        return Refusal(wait_seconds=wait)
    form = CodeForm(data={"code": code}, user=person)
    if not form.is_valid():
        failed_tries.note(person.email, failed_tries.CODE)
        return Refusal("code", " ".join(map(str, form.errors["code"])))
    form.authenticator.record_usage()
    limits.forget(limits.CODE, str(person.pk))
    return None
