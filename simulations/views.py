"""The forecast of a scenario, and the simulation that makes it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import retarget, trigger_client_event

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page, wants_partial
from lineo.jobs.keys import key_of
from planning.access import may_on
from planning.models import Scenario
from planning.views.loading import scenario_or_404
from simulations import services
from simulations.forecast_page import forecast_page
from simulations.forms import SimulationForm
from simulations.live import live_state_of
from simulations.live_panel import live_panel
from simulations.status import SimulationStatus, last_simulation, status_of


@require_safe
@login_required
def forecast(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Which date can I promise, what drives it, what should I refine first?"""
    return _page(request, scenario_or_404(request, pk))


def _page(
    request: PersonRequest, scenario: Scenario, form: SimulationForm | None = None
) -> HttpResponse:
    """Return the whole page, with what was wrong about a simulation that was asked for."""
    context = {
        **_status_context(request, scenario, status_of(scenario), form),
        "page": forecast_page(scenario, request.GET.get("by", ""), request.GET.get("sure", "")),
        "reason": scenario.why_no_forecast
        or _("Press Simulate: thousands of futures, in seconds."),
    }
    response = render_page(request, "simulations/forecast.html", context, partial="forecast-body")
    response.status_code = 422 if form else 200
    return response


@require_safe
@login_required
def status(request: PersonRequest, pk: UUID) -> HttpResponse:
    """How far the simulation is; whoever watched it learns here that it has ended."""
    scenario = scenario_or_404(request, pk)
    state = status_of(scenario)
    context = _status_context(request, scenario, state)
    is_watching = request.GET.get("watching", "")
    if state and state.is_under_way and is_watching:
        return render(request, "simulations/_progress.html", context)
    response = render(request, "simulations/_status.html", context)
    if is_watching:
        retarget(response, "#simulation")
        response["HX-Reswap"] = "innerHTML"
        trigger_client_event(response, "forecast-ready", {})
    return response


@require_safe
@login_required
def live_forecast(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What the last edit did to the finish; 204 to who has seen it already.

    Who has waited long asks with ``late``, and is told that nobody answers.
    """
    scenario = scenario_or_404(request, pk)
    state = live_state_of(scenario)
    if request.GET.get("late"):
        state = replace(state, is_late=state.is_under_way)
    if request.GET.get("seen") == state.tag:
        return HttpResponse(status=204)
    panel = live_panel(scenario, state)
    reason = _(panel.reason) if panel.reason else ""
    context = {"scenario": scenario, "live": panel, "reason": reason}
    return render(request, "simulations/_live.html", context)


@require_POST
@login_required
def simulate(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Ask for a simulation; a worker does it."""
    scenario = scenario_or_404(request, pk)
    form = SimulationForm(request.POST)
    if not form.is_valid():
        return _answer(request, scenario, form)
    try:
        services.start_simulation(
            scenario,
            actor=request.user,
            idempotency_key=_key(request, scenario, form),
            **form.cleaned_data,
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _answer(request, scenario, form)
    return _answer(request, scenario)


def _key(request: PersonRequest, scenario: Scenario, form: SimulationForm) -> str:
    """Return the key that was sent, for what was asked: another plan is another question."""
    sent = request.POST.get("idempotency_key", "")
    return key_of(sent, scenario.head, *form.cleaned_data.values()) if sent else ""


@require_POST
@login_required
def cancel(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Ask the simulation under way to stop."""
    scenario = scenario_or_404(request, pk)
    simulation = last_simulation(scenario)
    if simulation:
        services.cancel_simulation(simulation, actor=request.user)
    return _answer(request, scenario)


def _answer(
    request: PersonRequest, scenario: Scenario, form: SimulationForm | None = None
) -> HttpResponse:
    """Show how the simulation stands, or what was wrong about the one that was asked for."""
    if not wants_partial(request):
        return (
            _page(request, scenario, form)
            if form
            else redirect("simulations:forecast", scenario.pk)
        )
    context = _status_context(request, scenario, status_of(scenario), form)
    return render(request, "simulations/_status.html", context, status=422 if form else 200)


def _status_context(
    request: PersonRequest,
    scenario: Scenario,
    state: SimulationStatus | None,
    form: SimulationForm | None = None,
) -> dict[str, Any]:
    may_simulate = may_on(scenario, request.membership, Action.SIMULATE)
    return {
        "scenario": scenario,
        "simulation": state,
        "may_simulate": may_simulate and not scenario.is_archived,
        "idempotency_key": key_of(request.user.pk, scenario.pk, state.id if state else ""),
        "form": form or SimulationForm(),
    }
