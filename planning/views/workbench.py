"""The workbench as a response: whole, by windows, or the answer to a change."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from lineo.accounts.requests import PersonRequest
from lineo.activity.models import Change
from lineo.htmx import wants_partial
from planning import selectors
from planning.change_veil import seen_changes
from planning.drawing.gantt import DEFINITIONS, ROW
from planning.drawing.timescale import ZOOMS
from planning.kept_versions import versions_after
from planning.models import Scenario, Task
from planning.services.history import steps, steps_after
from planning.table.cell_values import WrittenCell, cell_value, written_cell
from planning.table.columns import COLUMNS
from planning.table.head import filter_labels, pane_width, table_width
from planning.table.workbench import WINDOW_ROWS, Workbench
from planning.views.loading import (
    may_edit,
    scenario_or_404,
    sentences,
    status_of,
)


def workbench_of(request: PersonRequest, scenario: Scenario, *, is_new: bool = False) -> Workbench:
    """Read the scenario as this person looks at it; ``is_new`` if this request has changed it."""
    return Workbench(scenario, selectors.view_of(scenario, request.user), is_new=is_new)


def look_of(workbench: Workbench) -> str:
    """What the bars show: what this person chose, else uncertainty where there is a forecast."""
    usual = "uncertainty" if workbench.spreads else "plan"
    return workbench.view.look or usual


def render_workbench(
    request: PersonRequest,
    scenario: Scenario,
    *,
    first: int | None = None,
    task: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the whole page, with the window that holds row ``first`` or the task of that number.

    Where neither is given, it opens where this person left it.
    """
    workbench = workbench_of(request, scenario)
    place = workbench.place_of(task)
    if first is None:
        first = workbench.opening_row if place is None else place
    context = {
        **_bar_context(request, scenario, workbench),
        **view_context(workbench),
        "opening_top": workbench.view.top if place is None else place * ROW,
        "opening_left": "" if workbench.view.left is None else f"{workbench.view.left:d}",
        "windows": workbench.windows(first),
        "opening_x": 0 if workbench.is_empty else workbench.opening_x,
        "definitions": mark_safe(DEFINITIONS),  # noqa: S308 - a constant
        "page": _page(first, workbench.total),
        "is_foretold": workbench.is_foretold,
        "is_begun_now": len(workbench.everything) < 2,
    }
    response = render(request, "planning/scenario.html", context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
    return response


def render_bar(
    request: PersonRequest,
    scenario: Scenario,
    *,
    has_moved: bool = False,
    has_view: bool = False,
    status: int = 200,
    done: Change | None = None,
) -> HttpResponse:
    """Render the bar above the table and, after a change, the rulers that it may have moved.

    ``has_view`` adds the bar of filter and columns, which is left alone while somebody types;
    ``done`` is the change that this person made just now.
    """
    workbench = workbench_of(request, scenario, is_new=done is not None)
    context = _bar_context(request, scenario, workbench, done) | view_context(workbench)
    context |= {
        "oob": True,
        "with_head": has_moved and not workbench.is_empty,
        "with_view": has_view,
    }
    return render(request, "planning/_workbench_answer.html", context, status=status)


def render_view(request: PersonRequest, scenario: Scenario) -> HttpResponse:
    """Show the workbench as the person now looks at it."""
    if not wants_partial(request):
        return redirect(scenario)
    response = render_bar(request, scenario, has_moved=True, has_view=True)
    return trigger_client_event(response, "view-changed", {})


def view_context(workbench: Workbench) -> dict[str, Any]:
    """What the head and the bar of filter and columns need."""
    view = workbench.view
    return {
        "view": view,
        "columns": workbench.columns,
        "table_width": table_width(view),
        "pane_width": pane_width(view),
        "filters": [(name, label, name in view.only) for name, label in filter_labels().items()],
        "sorted_by": COLUMNS[view.sort_column].label if view.sort else "",
        "hidden_rows": len(workbench.everything) - workbench.total if view.is_filtered else 0,
    }


def answer_change(
    request: PersonRequest, scenario: Scenario, change: Callable[[], Any], *, said: str = ""
) -> HttpResponse:
    """Carry out a change of the plan and show the workbench, or why nothing was changed."""
    try:
        return change_or_raise(request, scenario, change, said=said)
    except ValidationError as error:
        return refuse(request, scenario, sentences(error), status=status_of(error))


def change_or_raise(
    request: PersonRequest, scenario: Scenario, change: Callable[[], Any], *, said: str = ""
) -> HttpResponse:
    """Carry out a change of the plan and show the workbench; the caller says why it can't be.

    Raises
    ------
    ValidationError
        If nothing was changed.
    """
    with transaction.atomic():
        done = change()
    made = done if isinstance(done, Change) else None
    response = _answer(request, scenario, said or getattr(done, "summary", ""), done=made)
    if made is None or not wants_partial(request):
        return response
    kept = {"versions": versions_after(_after(request, scenario, made), made)}
    return trigger_client_event(response, "rows-kept", kept)


def answer_cell(
    request: PersonRequest, task: Task, field: str, done: Change | None
) -> HttpResponse:
    """Show the workbench after a cell was edited, and what the next edit of it stands on."""
    response = _answer(request, task.scenario, done.summary if done else "", done=done)
    if not wants_partial(request):
        return response
    if done is None:
        told = _cell_as_it_is(task, field)
    else:
        told = written_cell(_after(request, task.scenario, done), task.key, field)
    return trigger_client_event(response, "cell-saved", told._asdict())


def _cell_as_it_is(task: Task, field: str) -> WrittenCell:
    rows = selectors.with_scenario(Task.objects.filter(pk=task.pk))
    fresh = rows.select_related("calendar").get()
    return WrittenCell(cell_value(fresh, field), fresh.version)


def _after(request: PersonRequest, scenario: Scenario, done: Change | None) -> Scenario:
    """Return the scenario as a change left it: read anew only where the change doesn't tell."""
    if done is None or done.subject is None or done.subject.pk != scenario.pk:
        return scenario_or_404(request, scenario.pk)
    written: Scenario = done.subject
    written.looked_at = scenario.looked_at
    return written


def _answer(
    request: PersonRequest, scenario: Scenario, text: str, *, done: Change | None = None
) -> HttpResponse:
    fresh = _after(request, scenario, done)
    if not wants_partial(request):
        messages.success(request, text)
        return redirect(fresh)
    response = render_bar(request, fresh, has_moved=True, done=done)
    return trigger_client_event(response, "plan-changed", {"text": text})


def refuse(
    request: PersonRequest, scenario: Scenario, text: str, *, status: int = 422
) -> HttpResponse:
    """Show the workbench as it stands, and say why nothing was changed."""
    fresh = scenario_or_404(request, scenario.pk)
    if not wants_partial(request):
        messages.error(request, text)
        return render_workbench(request, fresh, status=status)
    response = render_bar(request, fresh, status=status)
    trigger_client_event(response, "plan-refused", {"text": text})
    return trigger_client_event(response, "toast", {"text": text, "kind": "danger"})


def refuse_cell(
    request: PersonRequest, task: Task, field: str, error: ValidationError
) -> HttpResponse:
    """Say at the cell why nothing was changed, and what it holds now."""
    if not wants_partial(request):
        return refuse(request, task.scenario, sentences(error), status=status_of(error))
    now = _cell_as_it_is(task, field)
    told = {
        "text": sentences(error),
        **now._asdict(),
        "lost": status_of(error) == 409,
    }
    response = render_bar(request, task.scenario, status=status_of(error))
    return trigger_client_event(response, "cell-refused", told)


def _bar_context(
    request: PersonRequest, scenario: Scenario, workbench: Workbench, done: Change | None = None
) -> dict[str, Any]:
    names = list(ZOOMS)
    zoom = names[0] if workbench.is_empty else workbench.zoom
    place = names.index(zoom)
    undo, redo = (done and steps_after(done)) or steps(scenario, request.user)
    seen_changes(filter(None, (undo, redo)))
    return {
        "scenario": scenario,
        "may_edit": may_edit(request, scenario),
        "undoable": undo.summary if undo else "",
        "redoable": redo.summary if redo else "",
        "zoom": zoom,
        "zoom_label": dict(_zoom_labels())[zoom],
        "looks": _look_labels(),
        "look": look_of(workbench),
        "zoom_in": names[place - 1] if place else "",
        "zoom_out": names[place + 1] if place + 1 < len(names) else "",
        "total": workbench.total,
        "is_empty": workbench.is_empty,
        "gantt_head": "" if workbench.is_empty else workbench.head(),
    }


def _zoom_labels() -> list[tuple[str, str]]:
    return [
        ("day", _("Day")),
        ("week", _("Week")),
        ("month", _("Month")),
        ("quarter", _("Quarter")),
        ("year", _("Year")),
    ]


def _look_labels() -> list[tuple[str, str]]:
    return [
        ("plan", _("Plan")),
        ("uncertainty", _("Uncertainty")),
        ("criticality", _("Criticality")),
    ]


def _page(first: int, total: int) -> dict[str, int | None]:
    """Where a person without JavaScript can go from the window shown."""
    start = first - first % WINDOW_ROWS
    following = start + WINDOW_ROWS
    return {
        "size": WINDOW_ROWS,
        "total": total,
        "first": start,
        "previous": max(start - WINDOW_ROWS, 0),
        "following": following if following < total else None,
    }
