"""Calendars: when work is done."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lineo.accounts.requests import PersonRequest
from lineo.numbers import number_or_none
from planning import calendar_rows, selectors
from planning.calendar_form import CalendarForm
from planning.core.plan import Calendar as CalendarValue
from planning.models import Calendar, Scenario
from planning.services import plans
from planning.services.commit import Expected
from planning.views.loading import (
    may_edit,
    scenario_or_404,
    sentences,
    status_of,
)


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
    if form.is_valid():
        try:
            plans.save_entity(found, form.value(), actor=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("planning:calendars", found.pk)
    return _render_calendars(request, found, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def calendar(request: PersonRequest, pk: UUID) -> HttpResponse:
    """One calendar."""
    row = _calendar_or_404(request, pk)
    found = row.scenario
    value = calendar_rows.value_of(row)
    form = CalendarForm(request.POST or None, scenario=found, calendar=value)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            seen = [Expected("calendars", row.key, _version(request, row))]
            plans.save_entity(found, form.value(), actor=request.user, expected=seen)
        except ValidationError as error:
            form.add_error(None, error.messages)
            status = status_of(error)
        else:
            messages.success(request, _("Saved “%(name)s”.") % {"name": row.name})
            return redirect("planning:calendars", found.pk)
    context = {"scenario": found, "calendar": row, "form": form}
    context["may_edit"] = may_edit(request, found)
    return render(request, "planning/calendar.html", context, status=status)


@require_POST
@login_required
def delete_calendar(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Delete a calendar that nothing works by; undo brings it back."""
    row = _calendar_or_404(request, pk)
    try:
        plans.delete_entity(row.scenario, CalendarValue, row.key, actor=request.user)
    except ValidationError as error:
        messages.error(request, sentences(error))
    else:
        messages.success(request, _("Deleted “%(name)s”.") % {"name": row.name})
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


def _version(request: PersonRequest, row: Calendar) -> int:
    sent = number_or_none(request.POST, "version")
    return row.version if sent is None else sent
