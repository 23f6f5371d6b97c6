"""Simulations and forecasts over HTTP."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.shapes import FLAG, MOMENT, NUMBER, nullable, record, ref, shape, text, whole
from lineo.api.shapes import UUID as ID
from lineo.jobs.api import present as present_job
from planning import selectors as planning
from planning.api.plan_shapes import definition
from planning.api.scenarios import FORECAST_HEADLINE, forecast_headline
from planning.api.views import PlanningView
from planning.api.words import instant, moment
from planning.models import ForecastRecord, Scenario
from simulations import seen, selectors, services
from simulations.adjusting.api import urlpatterns as adjustment_patterns
from simulations.comparing.api import urlpatterns as comparison_patterns
from simulations.comparing.merge_api import urlpatterns as merge_patterns
from simulations.explaining.api import urlpatterns as movement_patterns
from simulations.ledger.api import urlpatterns as ledger_patterns
from simulations.live_api import urlpatterns as live_patterns
from simulations.models import MAX_ITERATIONS, MAX_STOP_BAND_DAYS, Simulation

_DATE = definition("moment_or_null")
_COUNT = whole(0, 2**31 - 1)
_SEED = whole(-(2**53), 2**53)
_CHANCE = nullable(NUMBER)
_PERCENTILE = whole(1, 99)

RECORD = shape(
    "ForecastRecord",
    record(
        {
            "id": ID,
            "revision": _COUNT,
            "iterations": _COUNT,
            "seed": {"type": "integer"},
            "engine_version": text(20),
            "plan_hash": text(64),
            "data_date": _DATE,
            "scheduled_finish": _DATE,
            "target": _DATE,
            "p10": _DATE,
            "p50": _DATE,
            "p80": _DATE,
            "p90": _DATE,
            "p_target": _CHANCE,
            "p_planned": _CHANCE,
            "created_at": MOMENT,
        },
        about="The headline figures of one forecast, kept for the trend.",
    ),
)
RECORDS = page_of("ForecastRecord")
SIMULATION = shape(
    "Simulation",
    record(
        {
            "id": ID,
            "url": text(200),
            "scenario": ID,
            "revision": _COUNT,
            "iterations": _COUNT,
            "seed": {"type": "integer"},
            "stop_band_days": nullable(NUMBER),
            "stop_percentile": _PERCENTILE,
            "created_at": MOMENT,
            "job": nullable(ref("Job")),
            "forecast": nullable(RECORD),
        },
        about="One drawing of many iterations; its status and progress are its job's.",
    ),
)
SIMULATIONS = page_of("Simulation")
FORECAST = shape(
    "Forecast",
    record(
        {
            "scenario": ID,
            "revision": _COUNT,
            "is_current": FLAG,
            "reason": text(300, about="Why there is nothing to see, where that is so."),
            "tasks_held": _COUNT
            | {
                "description": "How many tasks that have not begun wait for other projects, whose"
                " planned dates this forecast takes for certain; see `portfolio/joint-forecasts/`."
            },
            "headline": nullable(FORECAST_HEADLINE),
            "forecast": {
                "type": ["object", "null"],
                "description": "What `simulate --json` prints, the curve of the finish, and what"
                " each of the `risks` costs P80 `before` and `after` its mitigation.",
            },
        },
        about="What the last simulation left on the scenario.",
    ),
)
shape(
    "SimulationNew",
    record(
        {
            "iterations": whole(100, MAX_ITERATIONS, default=services.DEFAULT_ITERATIONS),
            "seed": {**_SEED, "default": services.DEFAULT_SEED},
            "stop_band_days": {
                "type": ["number", "null"],
                "minimum": 0.01,
                "maximum": MAX_STOP_BAND_DAYS,
                "default": None,
                "description": "Stop once the 95 % band of a percentile of the finish is "
                "narrower than so many days; `iterations` are the most then.",
            },
            "stop_percentile": {**_PERCENTILE, "default": services.DEFAULT_STOP_PERCENTILE},
        },
        required=(),
    ),
)


def present(row: Any) -> dict[str, Any]:
    """Return a simulation as the API shows it; its job stands in ``job``."""
    return {
        "id": str(row.pk),
        "url": reverse("api:simulation", args=[row.pk]),
        "scenario": str(row.scenario_id),
        "revision": row.revision,
        "iterations": row.iterations,
        "seed": row.seed,
        "stop_band_days": row.stop_band_days,
        "stop_percentile": row.stop_percentile,
        "created_at": instant(row.created_at),
        "job": present_job(row.job) if row.job else None,
        "forecast": present_record(row.record) if row.record else None,
    }


def present_record(row: ForecastRecord) -> dict[str, Any]:
    """Return the headline figures of a forecast."""
    dates = ("data_date", "scheduled_finish", "target", "p10", "p50", "p80", "p90")
    return {
        "id": str(row.pk),
        "revision": row.revision,
        "iterations": row.iterations,
        "seed": row.seed,
        "engine_version": row.engine_version,
        "plan_hash": row.plan_hash,
        **{name: moment(getattr(row, name)) for name in dates},
        "p_target": row.p_target,
        "p_planned": row.p_planned,
        "created_at": instant(row.created_at),
    }


class SimulationView(PlanningView):
    """What the views of simulations share."""

    tag = "simulations"

    def simulation(self, simulation_id: UUID) -> Simulation:
        return get_object_or_404(selectors.simulations_for(self.membership), pk=simulation_id)

    def answer(self, row: Simulation, status: int = 200) -> Response:
        selectors.attach_jobs([row])
        return Response(present(row), status=status)


class ScenarioSimulations(SimulationView):
    """The simulations of a scenario, the newest first."""

    @operation(
        "list_simulations",
        "List the simulations of a scenario",
        answers=SIMULATIONS,
        query=PAGE_QUERY,
    )
    def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
        rows = selectors.simulations_of(self.scenario(scenario_id))
        return page(request, rows, present, query, attach=selectors.attach_jobs)

    @operation(
        "start_simulation",
        "Simulate a scenario",
        body="SimulationNew",
        answers=SIMULATION,
        status=202,
    )
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Ask for a simulation of the plan as it stands; a worker does it.

        Read the simulation again until its job is done; then the forecast stands on the scenario.
        """
        row = services.start_simulation(self.scenario(scenario_id), actor=self.actor, **body)
        return self.answer(self.simulation(row.pk), status=202)


class SimulationDetail(SimulationView):
    """One simulation: how far it is, and what it said."""

    @operation("read_simulation", "Read a simulation", answers=SIMULATION)
    def get(self, request: Request, simulation_id: UUID) -> Response:
        return self.answer(self.simulation(simulation_id))


class SimulationCancel(SimulationView):
    """Break a simulation off."""

    @operation("cancel_simulation", "Cancel a simulation", answers=SIMULATION)
    def post(self, request: Request, simulation_id: UUID) -> Response:
        """Ask for the simulation to be broken off; one that has ended stays as it is."""
        row = self.simulation(simulation_id)
        services.cancel_simulation(row, actor=self.actor)
        return self.answer(row)


class ScenarioForecast(SimulationView):
    """The forecast that the last simulation left on the scenario."""

    @operation("read_forecast", "Read the forecast", answers=FORECAST)
    def get(self, request: Request, scenario_id: UUID) -> Response:
        """Answer the whole forecast. Without one all is null; out of date, it says so."""
        scenario = self.scenario(scenario_id)
        return Response(
            {
                "scenario": str(scenario.pk),
                "revision": scenario.revision,
                "is_current": scenario.forecast_is_current,
                "reason": scenario.why_no_forecast or _reason(scenario),
                "tasks_held": planning.waiting_for_others(scenario.pk),
                "headline": forecast_headline(scenario),
                "forecast": seen.forecast_of(scenario),
            }
        )


class ScenarioForecasts(SimulationView):
    """The headline figures of every forecast of a scenario, the newest first."""

    @operation(
        "list_forecasts", "List the forecasts of a scenario", answers=RECORDS, query=PAGE_QUERY
    )
    def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
        rows = planning.forecasts_of(self.scenario(scenario_id))
        return page(request, rows, present_record, query)


def _reason(scenario: Scenario) -> str:
    return "" if scenario.has_forecast else _("Nothing has been simulated yet.")


urlpatterns = [
    *live_patterns,
    *comparison_patterns,
    *ledger_patterns,
    *adjustment_patterns,
    *merge_patterns,
    *movement_patterns,
    *(
        path(f"scenarios/<uuid:scenario_id>/{name}/", view.as_view(), name=name)
        for name, view in (
            ("simulations", ScenarioSimulations),
            ("forecast", ScenarioForecast),
            ("forecasts", ScenarioForecasts),
        )
    ),
    path("simulations/<uuid:simulation_id>/", SimulationDetail.as_view(), name="simulation"),
    path(
        "simulations/<uuid:simulation_id>/cancel/",
        SimulationCancel.as_view(),
        name="cancel-simulation",
    ),
]
