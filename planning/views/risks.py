"""Risks: what may happen, and what it would do."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page
from lineo.numbers import number_or_none
from planning import risk_rows, selectors
from planning.core.plan import Risk as RiskValue
from planning.models import Risk, Scenario
from planning.risk_form import RiskForm
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
def risks(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The register: every risk reaches the forecast."""
    found = scenario_or_404(request, pk)
    return _render_risks(request, found, RiskForm(scenario=found))


@require_POST
@login_required
def add_risk(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Add a risk to the register."""
    found = scenario_or_404(request, pk)
    form = RiskForm(request.POST, scenario=found)
    if form.is_valid():
        try:
            plans.save_entity(found, form.value(), actor=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("planning:risks", found.pk)
    return _render_risks(request, found, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def risk(request: PersonRequest, pk: UUID) -> HttpResponse:
    """One risk."""
    row = _risk_or_404(request, pk)
    found = row.scenario
    form = RiskForm(request.POST or None, scenario=found, risk=risk_rows.value_of(row))
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            seen = [Expected("risks", row.key, _version(request, row))]
            plans.save_entity(found, form.value(), actor=request.user, expected=seen)
        except ValidationError as error:
            form.add_error(None, error.messages)
            status = status_of(error)
        else:
            messages.success(request, _("Saved “%(name)s”.") % {"name": row.name})
            return redirect("planning:risks", found.pk)
    context = {
        "scenario": found,
        "risk": row,
        "item": risk_rows.row_of(row),
        "is_current": found.forecast_is_current,
        "form": form,
        "may_edit": may_edit(request, found),
    }
    return render(request, "planning/risk.html", context, status=status)


@require_POST
@login_required
def delete_risk(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Take a risk out of the register; undo brings it back."""
    row = _risk_or_404(request, pk)
    try:
        plans.delete_entity(row.scenario, RiskValue, row.key, actor=request.user)
    except ValidationError as error:
        messages.error(request, sentences(error))
    else:
        messages.success(request, _("Deleted “%(name)s”.") % {"name": row.name})
    return redirect("planning:risks", row.scenario_id)


def _render_risks(
    request: PersonRequest, found: Scenario, form: RiskForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "scenario": found,
        "register": risk_rows.register_of(found),
        "form": form,
        "may_edit": may_edit(request, found),
    }
    page, part = "planning/risks.html", "risk-register"
    return render_page(request, page, context, partial=part, status=status)


def _risk_or_404(request: PersonRequest, pk: UUID) -> Risk:
    return get_object_or_404(selectors.risks_for(request.membership), pk=pk)


def _version(request: PersonRequest, row: Risk) -> int:
    sent = number_or_none(request.POST, "version")
    return row.version if sent is None else sent
