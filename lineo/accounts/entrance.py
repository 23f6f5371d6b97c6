"""The ways in, around allauth's views: what is counted, with which status they answer.

Tries are counted before a password or a code is looked at, in a transaction of
their own; what is wrong in a form is answered 422, too many tries 429.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.account.internal.stagekit import unstash_login
from allauth.core.exceptions import ReauthenticationRequired
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse

from lineo.accounts import failed_tries, limits
from lineo.accounts.limits import Limit
from lineo.accounts.middleware import outside_workspace
from lineo.accounts.models import User
from lineo.requests import address_of

Counted = Callable[[HttpRequest], str]
View = Callable[..., HttpResponseBase]


def entrance(view: View, *counted: tuple[Limit, Counted]) -> View:
    """Return the view, open to people without a workspace, its POSTs counted by each limit."""

    @outside_workspace
    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if request.method != "POST":
            return _kept_out_of_caches(_asked_again(view, request, *args, **kwargs))
        tries = [(limit, value(request)) for limit, value in counted]
        if wait := max((limits.count(limit, value) for limit, value in tries), default=0):
            return too_many(request, wait)
        response = _asked_again(transaction.atomic(view), request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if response.status_code == 200 and form is not None and form.errors:
            response.status_code = 422
        if response.status_code == 302:
            _forgive(tries)
        elif response.status_code == 422 and not request.user.is_authenticated:
            _note_failure(request, tries)
        return _kept_out_of_caches(response)

    return run


def _forgive(tries: list[tuple[Limit, str]]) -> None:
    """Begin anew for whoever was right; what is counted by address goes on."""
    for limit, value in tries:
        if limit is limits.CODE:
            limits.forget(limit, value)


def _note_failure(request: HttpRequest, tries: list[tuple[Limit, str]]) -> None:
    """Write down whose password or code it was that somebody got wrong."""
    counted, waiting = dict(tries), _waiting_for_a_code(request)
    if limits.ACCOUNT in counted:
        failed_tries.note(counted[limits.ACCOUNT], failed_tries.PASSWORD)
    elif limits.CODE in counted and waiting is not None:
        failed_tries.note(waiting.email, failed_tries.CODE)


def _asked_again(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Return what the view answers, or the page that asks once more who this is."""
    try:
        return view(request, *args, **kwargs)
    except ReauthenticationRequired:
        methods = get_adapter().get_reauthentication_methods(request.user)
        address = methods[0]["url"] if methods else reverse("account_login")
        answer: HttpResponseBase = suspend_request(request, address)
        return answer


def too_many(request: HttpRequest, wait_seconds: int) -> HttpResponse:
    """Answer that nothing was looked at, and when to come again."""
    context = {"minutes": -(-wait_seconds // 60)}
    response = render(request, "accounts/too_many.html", context, status=429)
    response["Retry-After"] = str(wait_seconds)
    return response


def by_address(request: HttpRequest) -> str:
    """Count by where the request comes from."""
    return address_of(request)


def by_login(request: HttpRequest) -> str:
    """Count by the account that is asked for, whether there is one or not."""
    return str(request.POST.get("login", "")).strip().lower()[:254]


def by_email(request: HttpRequest) -> str:
    """Count by the address that mail would go to."""
    return str(request.POST.get("email", "")).strip().lower()[:254]


def by_person(request: HttpRequest) -> str:
    """Count by who is signed in, or about to be."""
    if request.user.is_authenticated:
        return str(request.user.pk)
    waiting = _waiting_for_a_code(request)
    return str(waiting.pk) if waiting else address_of(request)


def _waiting_for_a_code(request: HttpRequest) -> User | None:
    """Return whose password was right a moment ago, but for their second step."""
    login = unstash_login(request, peek=True)
    return login.user if login and isinstance(login.user, User) else None


def _kept_out_of_caches(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "no-store, private"
    return response
