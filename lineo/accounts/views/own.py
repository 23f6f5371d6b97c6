"""One's own settings: profile and sessions, beside what allauth serves."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lineo.accounts import people, sessions
from lineo.accounts.forms import ProfileForm
from lineo.accounts.middleware import outside_workspace
from lineo.accounts.requests import PersonRequest


@outside_workspace
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: PersonRequest) -> HttpResponse:
    person = request.user
    form = ProfileForm(
        request.POST or None, initial={"name": person.name, "time_zone": person.time_zone}
    )
    if form.is_bound and form.is_valid():
        try:
            people.change_person(person, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:profile")
    status = 422 if form.errors else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@outside_workspace
@require_safe
@login_required
def session_list(request: PersonRequest) -> HttpResponse:
    context = {"sessions": sessions.sessions_of(request)}
    return render(request, "accounts/sessions.html", context)


@outside_workspace
@require_POST
@login_required
def end_session(request: PersonRequest, pk: int) -> HttpResponse:
    """End one other session."""
    return _ended(request, sessions.end_sessions(request, pk=pk))


@outside_workspace
@require_POST
@login_required
def end_other_sessions(request: PersonRequest) -> HttpResponse:
    """End all sessions but this one."""
    return _ended(request, sessions.end_sessions(request))


def _ended(request: PersonRequest, count: int) -> HttpResponse:
    said = ngettext("Ended %(count)d session.", "Ended %(count)d sessions.", count)
    messages.success(request, said % {"count": count})
    return redirect("accounts:sessions")
