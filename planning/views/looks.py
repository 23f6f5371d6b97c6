"""How a person looks at a plan: columns, sort, filter, place; nobody else sees it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page
from lineo.numbers import whole_number
from planning import selectors
from planning.forms.columns import choosing, chosen
from planning.forms.fields import units_of
from planning.services import views
from planning.table.columns import DEFAULT_COLUMNS
from planning.table.suggestions import offers
from planning.table.view_state import chosen_columns
from planning.typed.shape_hint import hint_for
from planning.views.loading import scenario_or_404
from planning.views.workbench import render_view


@require_safe
@login_required
def columns(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Which columns the table shows, how wide, in which order."""
    found = scenario_or_404(request, pk)
    choices = choosing(selectors.view_of(found, request.user))
    context = {"scenario": found, "choices": choices}
    return render_page(request, "planning/columns.html", context, partial="choose-columns")


@require_safe
@login_required
def shape(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The shape of a duration while it is being typed."""
    found = scenario_or_404(request, pk)
    hint = hint_for(request.GET.get("text", ""), units_of(found))
    return render(request, "planning/_shape.html", {"hint": hint})


@require_safe
@login_required
def suggest_tasks(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Tasks that what is typed into a cell of links may mean."""
    found = scenario_or_404(request, pk)
    to = whole_number(request.GET.get("to", ""))
    come_after = request.GET.get("as") == "successors"
    offered = offers(found, request.GET.get("q", ""), to=to, come_after=come_after)
    return render(request, "planning/_task_options.html", {"offers": offered})


@require_POST
@login_required
def set_columns(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Show these columns in this order, or move one of them."""
    found = scenario_or_404(request, pk)
    if "usual" in request.POST:
        views.change_view(found, actor=request.user, columns=DEFAULT_COLUMNS, widths={})
        return render_view(request, found)
    names, widths, has_moved = chosen(request.POST)
    views.set_widths(found, actor=request.user, widths=widths)
    views.change_view(found, actor=request.user, columns=chosen_columns(names))
    return redirect("planning:columns", found.pk) if has_moved else render_view(request, found)


@require_POST
@login_required
def set_width(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Remember how wide a column was dragged."""
    found = scenario_or_404(request, pk)
    column, width = request.POST.get("column", ""), _digits(request, "width")
    if width:
        views.set_widths(found, actor=request.user, widths={column: int(width)})
    return render_view(request, found)


@require_POST
@login_required
def sort_rows(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Order the rows by a column: up, down, then as the plan has them."""
    found = scenario_or_404(request, pk)
    views.sort_by(found, actor=request.user, column=request.POST.get("column", ""))
    return render_view(request, found)


@require_POST
@login_required
def filter_rows(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Show only the rows that match."""
    found = scenario_or_404(request, pk)
    views.change_view(
        found,
        actor=request.user,
        text=request.POST.get("text", ""),
        only=tuple(request.POST.getlist("only")),
    )
    return render_view(request, found)


@require_POST
@login_required
def show_plan_order(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Drop sort and filter."""
    found = scenario_or_404(request, pk)
    views.show_plan_order(found, actor=request.user)
    return render_view(request, found)


@require_POST
@login_required
def collapse_task(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Hide what stands below a summary, or show it again."""
    found = scenario_or_404(request, pk)
    wanted = {"true": True, "false": False}.get(request.POST.get("collapsed", ""))
    key = request.POST.get("key", "")
    views.set_collapsed(found, actor=request.user, key=key, is_collapsed=wanted)
    return render_view(request, found)


@require_POST
@login_required
def collapse_all(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Show the top of the tree only."""
    found = scenario_or_404(request, pk)
    views.collapse_all(found, actor=request.user)
    return render_view(request, found)


@require_POST
@login_required
def expand_all(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Show every row again."""
    found = scenario_or_404(request, pk)
    views.change_view(found, actor=request.user, collapsed=frozenset())
    return render_view(request, found)


@require_POST
@login_required
def set_place(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Remember how far the table and the Gantt are scrolled."""
    found = scenario_or_404(request, pk)
    place = {name: int(text) for name in ("top", "left") if (text := _digits(request, name))}
    views.change_view(found, actor=request.user, **place)
    return HttpResponse(status=204)


@require_POST
@login_required
def set_split(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Remember where the table ends and the Gantt begins; without a width it fits the columns."""
    found = scenario_or_404(request, pk)
    width = _digits(request, "width")
    views.change_view(found, actor=request.user, split=int(width) if width else None)
    return HttpResponse(status=204)


def _digits(request: PersonRequest, name: str) -> str:
    text = request.POST.get(name, "")
    return text if text.isdecimal() and len(text) < 10 else ""
