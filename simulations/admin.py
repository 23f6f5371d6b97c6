"""Simulations in the admin, and simulating from its list of scenarios."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from planning.admin import ScenarioAdmin, ServiceAdmin
from planning.models import Scenario
from simulations import services
from simulations.adjusting.models import Adjustment
from simulations.comparing.models import Comparison
from simulations.explaining.models import Movement
from simulations.ledger.models import Commitment, CommitmentPoint, KeptMoments, TaskScore
from simulations.models import LiveForecast, Simulation, SimulationBlock, SplitSimulation


class SimulatedScenarioAdmin(ScenarioAdmin):
    """Scenarios as planning shows them, which can be simulated from here."""

    actions = [*ScenarioAdmin.actions, "simulate"]

    @admin.action(description=_("Simulate"))
    def simulate(self, request: HttpRequest, queryset: QuerySet[Scenario]) -> None:
        self.each(request, queryset, services.start_simulation)


admin.site.unregister(Scenario)
admin.site.register(Scenario, SimulatedScenarioAdmin)


@admin.register(Simulation)
class SimulationAdmin(ServiceAdmin):
    list_display = ["scenario", "revision", "iterations", "seed", "created_by", "created_at"]
    list_select_related = ["scenario", "created_by"]
    actions = ["cancel"]

    @admin.action(description=_("Cancel"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[Simulation]) -> None:
        rows: Any = queryset.select_related("scenario__project")
        self.each(request, rows, services.cancel_simulation)


@admin.register(LiveForecast)
class LiveForecastAdmin(ServiceAdmin):
    list_display = ["scenario", "revision", "p50", "p80", "iterations", "made_at"]
    list_select_related = ["scenario"]
    exclude = ["finishes"]


@admin.register(SplitSimulation)
class SplitSimulationAdmin(ServiceAdmin):
    list_display = ["simulation", "revision", "blocks", "engine_version", "made_at"]
    list_select_related = ["simulation__scenario"]
    exclude = ["plan"]


@admin.register(SimulationBlock)
class SimulationBlockAdmin(ServiceAdmin):
    list_display = ["split", "first_block", "blocks", "engine_version"]
    list_select_related = ["split__simulation__scenario"]
    exclude = ["totals"]


@admin.register(Adjustment)
class AdjustmentAdmin(ServiceAdmin):
    list_display = ["name", "source", "percent", "is_gathered", "created_by", "created_at"]
    list_select_related = ["source", "created_by"]


@admin.register(Comparison)
class ComparisonAdmin(ServiceAdmin):
    list_display = ["project", "iterations", "seed", "created_by", "created_at"]
    list_select_related = ["project", "created_by"]


@admin.register(Movement)
class MovementAdmin(ServiceAdmin):
    list_display = ["project", "first", "second", "created_by", "created_at"]
    list_select_related = ["project", "first", "second", "created_by"]


@admin.register(Commitment)
class CommitmentAdmin(ServiceAdmin):
    list_display = ["to_whom", "project", "milestone_name", "due", "given_by", "withdrawn_at"]
    list_filter = [("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["project", "given_by"]
    search_fields = ["to_whom", "note", "milestone_name"]


@admin.register(CommitmentPoint)
class CommitmentPointAdmin(ServiceAdmin):
    list_display = ["commitment", "chance", "record", "is_given", "made_at"]
    list_select_related = ["commitment", "record__scenario"]


@admin.register(KeptMoments)
class KeptMomentsAdmin(ServiceAdmin):
    list_display = ["record", "project", "data_date", "made_at"]
    list_select_related = ["record__scenario", "project"]
    exclude = ["percentiles"]


@admin.register(TaskScore)
class TaskScoreAdmin(ServiceAdmin):
    list_display = ["task_name", "project", "estimator", "estimate", "finished_at", "scored_at"]
    list_select_related = ["project", "estimator"]
    search_fields = ["task_name", "task_key"]
