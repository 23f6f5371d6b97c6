"""Simulations in the admin, and simulating from its list of scenarios."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from planning.admin import ScenarioAdmin, ServiceAdmin
from planning.models import Scenario
from simulations import services
from simulations.models import Simulation


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
