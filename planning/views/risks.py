"""Risks: what may happen, and what it would do."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page
from planning import selectors
from planning.core.plan import Risk as RiskValue
from planning.forms.risks import RiskForm
from planning.models import Risk, Scenario
from planning.pages import risk_rows
from planning.views import entities
from planning.views.loading import may_edit, scenario_or_404


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
    status = entities.add(request, found, form)
    if status == entities.KEPT:
        return redirect("planning:risks", found.pk)
    return _render_risks(request, found, form, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def risk(request: PersonRequest, pk: UUID) -> HttpResponse:
    """One risk."""
    row = _risk_or_404(request, pk)
    found = row.scenario
    form = RiskForm(request.POST or None, scenario=found, risk=risk_rows.value_of(row))
    status = entities.save(request, row, form) if form.is_bound else 200
    if status == entities.KEPT:
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
    entities.delete(request, row, RiskValue)
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
