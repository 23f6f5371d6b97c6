"""Who changed what."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lineo.accounts.requests import PersonRequest
from planning import selectors, snapshot
from planning.change_text import entries_of
from planning.views.loading import may_edit, scenario_or_404

ROWS = 50


@require_safe
@login_required
def history(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Every change of the plan, the newest first, with what it did."""
    found = scenario_or_404(request, pk)
    page = Paginator(selectors.changes_of(found), ROWS).get_page(request.GET.get("page"))
    context = {
        "scenario": found,
        "page": page,
        "entries": entries_of(page.object_list, snapshot.plan_of(found)),
        "may_edit": may_edit(request, found),
    }
    return render(request, "planning/history.html", context)
