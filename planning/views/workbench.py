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
from lineo.htmx import wants_partial
from planning.gantt import DEFINITIONS
from planning.models import Scenario
from planning.services.history import steps
from planning.timescale import ZOOMS
from planning.views.loading import (
    may_edit,
    scenario_or_404,
    sentences,
    status_of,
)
from planning.workbench import WINDOW_ROWS, Workbench

ZOOM_COOKIE = "zoom"
LOOK_COOKIE = "look"
LOOKS = ("plan", "uncertainty", "criticality")


def workbench_of(request: PersonRequest, scenario: Scenario) -> Workbench:
    """Read the scenario at the zoom that this person last chose."""
    return Workbench(scenario, zoom=request.COOKIES.get(ZOOM_COOKIE, ""))


def look_of(request: PersonRequest, scenario: Scenario) -> str:
    """What the bars show: what this person chose, else uncertainty where there is a forecast."""
    chosen = request.COOKIES.get(LOOK_COOKIE, "")
    if chosen in LOOKS:
        return chosen
    return "uncertainty" if scenario.has_forecast else "plan"


def render_workbench(
    request: PersonRequest, scenario: Scenario, *, first: int = 0, status: int = 200
) -> HttpResponse:
    """Render the whole page, with the window that holds row ``first``."""
    workbench = workbench_of(request, scenario)
    context = {
        **_bar_context(request, scenario, workbench),
        "windows": workbench.windows(first),
        "opening_x": workbench.opening_x if workbench.total else 0,
        "definitions": mark_safe(DEFINITIONS),  # noqa: S308 - a constant
        "page": _page(first, workbench.total),
    }
    response = render(request, "planning/scenario.html", context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
    return response


def render_bar(
    request: PersonRequest, scenario: Scenario, *, has_moved: bool = False, status: int = 200
) -> HttpResponse:
    """Render the bar above the table and, after a change, the rulers that it may have moved."""
    workbench = workbench_of(request, scenario)
    context = _bar_context(request, scenario, workbench)
    context |= {"oob": True, "with_head": has_moved and workbench.total > 0}
    return render(request, "planning/_workbench_answer.html", context, status=status)


def render_view(request: PersonRequest, scenario: Scenario) -> HttpResponse:
    """Show the plan as this person now looks at it."""
    if not wants_partial(request):
        return redirect(scenario)
    response = render_bar(request, scenario, has_moved=True)
    return trigger_client_event(response, "view-changed", {})


def answer_change(
    request: PersonRequest, scenario: Scenario, change: Callable[[], Any], *, said: str = ""
) -> HttpResponse:
    """Carry out a change of the plan and show the workbench, or why nothing was changed."""
    try:
        with transaction.atomic():
            done = change()
    except ValidationError as error:
        return refuse(request, scenario, sentences(error), status=status_of(error))
    text = said or getattr(done, "summary", "")
    fresh = scenario_or_404(request, scenario.pk)
    if not wants_partial(request):
        messages.success(request, text)
        return redirect(fresh)
    response = render_bar(request, fresh, has_moved=True)
    trigger_client_event(response, "plan-changed", {"text": text})
    return response


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


def _bar_context(
    request: PersonRequest, scenario: Scenario, workbench: Workbench
) -> dict[str, Any]:
    names = list(ZOOMS)
    zoom = workbench.zoom if workbench.total else names[0]
    place = names.index(zoom)
    undo, redo = steps(scenario, request.user)
    return {
        "scenario": scenario,
        "may_edit": may_edit(request, scenario),
        "undoable": undo.summary if undo else "",
        "redoable": redo.summary if redo else "",
        "zoom": zoom,
        "zoom_label": dict(_zoom_labels())[zoom],
        "looks": _look_labels(),
        "look": look_of(request, scenario),
        "zoom_in": names[place - 1] if place else "",
        "zoom_out": names[place + 1] if place + 1 < len(names) else "",
        "total": workbench.total,
        "gantt_head": workbench.head() if workbench.total else "",
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
