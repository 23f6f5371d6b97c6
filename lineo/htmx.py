"""The one way in which a view answers htmx: a whole page, or the part that htmx asked for."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails


class HtmxHttpRequest(HttpRequest):
    """A request that went through :class:`django_htmx.middleware.HtmxMiddleware`."""

    htmx: HtmxDetails


def wants_partial(request: HtmxHttpRequest) -> bool:
    """Return whether the browser will swap a fragment into the current page.

    Boosted links and history restores carry ``HX-Request`` too, yet they
    replace the whole body and so need the whole page.
    """
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HtmxHttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    partial: str,
    status: int = 200,
) -> HttpResponse:
    """Render ``template``, or only its ``partial`` when htmx asked for it."""
    if wants_partial(request):
        template = f"{template}#{partial}"
    response = render(request, template, {**context}, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
    return response
