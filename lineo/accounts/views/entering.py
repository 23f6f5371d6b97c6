"""Sign out, sign in elsewhere, choose a workspace, follow an invitation."""

import logging

import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lineo.accounts import invitations, openid, selectors, services, sessions
from lineo.accounts.forms import WorkspaceForm
from lineo.accounts.middleware import outside_workspace
from lineo.accounts.requests import PersonRequest, VisitorRequest

logger = logging.getLogger(__name__)


@outside_workspace
@require_POST
def sign_out(request: VisitorRequest) -> HttpResponse:
    sessions.sign_out(request)
    return redirect("accounts:sign-in")


@require_http_methods(["GET", "HEAD", "POST"])
def begin_oidc(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the provider by a page of ours: ``form-action 'self'`` keeps forms on this host."""
    try:
        response: HttpResponse = oidc.login(request, provider_id)
    except requests.RequestException as error:
        return _provider_is_away(request, error)
    address = response.headers.get("Location", "")
    if request.method != "POST" or not address.startswith(("https://", "http://")):
        return response
    context = {"address": address, "provider": settings.OIDC_NAME}
    return render(request, "accounts/leave_for_provider.html", context)


@require_safe
def end_oidc(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the provider, who is asked once more, in the background, who this is."""
    try:
        return openid.come_back(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except requests.RequestException as error:
        return _provider_is_away(request, error)


def _provider_is_away(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("The provider of OpenID Connect can't be asked: %s", error)
    context = {"provider": settings.OIDC_NAME}
    return render(request, "accounts/provider_is_away.html", context, status=503)


@outside_workspace
@require_safe
@login_required
def choose_workspace(request: PersonRequest) -> HttpResponse:
    context = {"next": request.GET.get("next", ""), "form": WorkspaceForm()}
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


@outside_workspace
@require_POST
@login_required
def create_workspace(request: PersonRequest) -> HttpResponse:
    """Make a workspace and go there."""
    form = WorkspaceForm(request.POST)
    if not form.is_valid():
        context = {"next": "", "form": form}
        return render(request, "accounts/choose_workspace.html", context, status=422)
    workspace = services.create_workspace(form.cleaned_data["name"], owner=request.user)
    sessions.enter_workspace(request, workspace)
    return redirect("/")


@outside_workspace
@require_safe
@never_cache
def invitation(request: VisitorRequest, secret: str) -> HttpResponse:
    """What somebody is invited to, and how to join with or without an account."""
    found = invitations.find(secret)
    if found and not request.user.is_authenticated:
        invitations.hold(request, secret)
    context = {"invitation": found, "secret": secret}
    return render(request, "accounts/invitation.html", context, status=200 if found else 404)


@outside_workspace
@require_POST
@login_required
def accept_invitation(request: PersonRequest, secret: str) -> HttpResponse:
    try:
        membership = invitations.accept(secret, person=request.user)
    except ValidationError as error:
        context = {
            "invitation": invitations.find(secret),
            "secret": secret,
            "refusal": " ".join(error.messages),
        }
        return render(request, "accounts/invitation.html", context, status=422)
    sessions.enter_workspace(request, membership.workspace)
    return redirect("/")


def _next_page(request: VisitorRequest) -> str:
    """Return where ``next`` points if it stays on this host, else the first page."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else resolve_url("/")
