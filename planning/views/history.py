"""Who changed what."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page
from lineo.numbers import needed_number
from planning import snapshot
from planning.pages.change_text import entries_of, history_of
from planning.services import history as services
from planning.views.loading import may_edit, scenario_or_404
from planning.views.workbench import answer_change

ROWS = 50


@require_safe
@login_required
def history(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Every change of the plan, the newest first, with what it did."""
    found = scenario_or_404(request, pk)
    page = Paginator(history_of(found), ROWS).get_page(request.GET.get("page"))
    first = services.first_restorable(found)
    context = {
        "first_restorable": first,
        "last_promised": max((one.revision for one in page if one.revision < first), default=None),
        "scenario": found,
        "page": page,
        "entries": entries_of(page.object_list, snapshot.shown_plan_of(found)),
        "may_edit": may_edit(request, found),
        "seen": f"{found.revision:d}",
    }
    return render_page(request, "planning/history.html", context, partial="history-list")


@require_POST
@login_required
def restore_moment(request: PersonRequest, pk: UUID, revision: int) -> HttpResponse:
    """Make the plan what it was at that revision."""
    found = scenario_or_404(request, pk)
    return answer_change(
        request,
        found,
        lambda: services.restore(
            found, revision, actor=request.user, seen=needed_number(request.POST, "seen")
        ),
    )
