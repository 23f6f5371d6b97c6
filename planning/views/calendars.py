"""Calendars: when work is done."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lineo.accounts.requests import PersonRequest
from planning import selectors
from planning.core.plan import Calendar as CalendarValue
from planning.forms.calendars import CalendarForm
from planning.models import Calendar, Scenario
from planning.pages import calendar_rows
from planning.views import entities
from planning.views.loading import may_edit, scenario_or_404


@require_safe
@login_required
def calendars(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Every calendar of the plan, and who works by it."""
    found = scenario_or_404(request, pk)
    return _render_calendars(request, found, CalendarForm(scenario=found))


@require_POST
@login_required
def add_calendar(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Add a calendar to the plan."""
    found = scenario_or_404(request, pk)
    form = CalendarForm(request.POST, scenario=found)
    status = entities.add(request, found, form)
    if status == entities.KEPT:
        return redirect("planning:calendars", found.pk)
    return _render_calendars(request, found, form, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def calendar(request: PersonRequest, pk: UUID) -> HttpResponse:
    """One calendar."""
    row = _calendar_or_404(request, pk)
    found = row.scenario
    value = calendar_rows.value_of(row)
    form = CalendarForm(request.POST or None, scenario=found, calendar=value)
    status = entities.save(request, row, form) if form.is_bound else 200
    if status == entities.KEPT:
        return redirect("planning:calendars", found.pk)
    context = {"scenario": found, "calendar": row, "form": form}
    context["may_edit"] = may_edit(request, found)
    return render(request, "planning/calendar.html", context, status=status)


@require_POST
@login_required
def delete_calendar(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Delete a calendar that nothing works by; undo brings it back."""
    row = _calendar_or_404(request, pk)
    entities.delete(request, row, CalendarValue)
    return redirect("planning:calendars", row.scenario_id)


def _render_calendars(
    request: PersonRequest, found: Scenario, form: CalendarForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "scenario": found,
        "rows": calendar_rows.rows_of(found),
        "form": form,
        "may_edit": may_edit(request, found),
    }
    return render(request, "planning/calendars.html", context, status=status)


def _calendar_or_404(request: PersonRequest, pk: UUID) -> Calendar:
    return get_object_or_404(selectors.calendars_for(request.membership), pk=pk)
