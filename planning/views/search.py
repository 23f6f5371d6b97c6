"""One field that finds everything; the palette shows it over any page."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page
from planning import search


@require_safe
@login_required
def find(request: PersonRequest) -> HttpResponse:
    """Tasks, plans, projects and updates that match what was typed."""
    text = request.GET.get("q", "")
    hits = search.find(request.membership, text, opened=_open_plan(request))
    context = {"q": text, "hits": hits, "open_plan": request.GET.get("scenario", "")}
    return render_page(request, "planning/find.html", context, partial="find-results")


def _open_plan(request: PersonRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("scenario", ""))
    except ValueError:
        return None
