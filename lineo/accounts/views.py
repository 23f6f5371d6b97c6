"""Sign in, sign out, choose a workspace."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from lineo.accounts import selectors, sessions
from lineo.accounts.forms import SignInForm
from lineo.accounts.middleware import outside_workspace
from lineo.accounts.requests import PersonRequest, VisitorRequest


@outside_workspace
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: VisitorRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next_page(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    status, wait = 200, 0

    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                sessions.sign_in(request, **form.cleaned_data)
            except sessions.TooManyTriesError as error:
                status, wait = 429, error.wait_seconds
                form.add_error(None, _("Too many tries. Wait a few minutes, then try again."))
            except sessions.WrongPasswordError:
                form.add_error(None, _("This e-mail address and password don't fit together."))
            else:
                return redirect(_next_page(request))

    context = {"form": form, "next": request.POST.get("next", request.GET.get("next", ""))}
    response = render(request, "accounts/sign_in.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


@outside_workspace
@require_POST
def sign_out(request: VisitorRequest) -> HttpResponse:
    sessions.sign_out(request)
    return redirect("accounts:sign-in")


@outside_workspace
@require_http_methods(["GET", "HEAD"])
@login_required
def choose_workspace(request: PersonRequest) -> HttpResponse:
    context = {"next": request.GET.get("next", "")}
    return render(request, "accounts/choose_workspace.html", context)


@outside_workspace
@require_POST
@login_required
def enter_workspace(request: PersonRequest, slug: str) -> HttpResponse:
    membership = selectors.membership_in(request.memberships, slug)
    if membership is None:
        raise Http404
    sessions.enter_workspace(request, membership.workspace)
    return redirect(_next_page(request))


def _next_page(request: VisitorRequest) -> str:
    """Return where ``next`` points if it stays on this host, else the first page."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else resolve_url("/")
