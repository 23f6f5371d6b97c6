"""How the site looks to one person, kept in a cookie so that the first paint is right."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from lineo.accounts.middleware import outside_workspace
from planning.templatetags.look import THEMES

YEAR_SECONDS = 365 * 24 * 3600


@outside_workspace
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Dark, light, or as the system has it."""
    response = redirect(_next_page(request))
    theme = request.POST.get("theme")
    if theme in THEMES:
        response.set_cookie(
            "theme",
            theme,
            max_age=YEAR_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response


def _next_page(request: HttpRequest) -> str:
    url = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else resolve_url("planning:projects")
