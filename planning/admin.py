"""Plans in the admin: looked at here, changed through services only."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lineo.accounts.admin_site import ReadOnlyAdmin
from planning.models import (
    Calendar,
    Correlation,
    Cycle,
    Dependency,
    Driver,
    ForecastRecord,
    Label,
    PlanExport,
    Project,
    Promotion,
    Risk,
    RiskImpact,
    Scenario,
    ScenarioView,
    Task,
    TaskAssignee,
    TaskLabel,
    TaskRelation,
    TaskWork,
    Update,
    Upload,
)
from planning.services import history, projects, scenarios, tasks


class ServiceAdmin(ReadOnlyAdmin):
    """Rows to look at, with actions that are services and say how they went."""

    def each(
        self, request: Any, rows: QuerySet[Any], service: Callable[..., Any], **words: Any
    ) -> None:
        """Do ``service`` to each row as the person who asks; a refusal stops none of the others."""
        done = 0
        for row in rows:
            try:
                service(row, actor=request.user, **words)
                done += 1
            except (ValidationError, PermissionDenied) as error:
                reason = " ".join(getattr(error, "messages", [str(error)]))
                self.message_user(request, f"{row}: {reason}", messages.ERROR)
        if done:
            said = ngettext("Done to %(count)d row.", "Done to %(count)d rows.", done)
            self.message_user(request, said % {"count": done}, messages.SUCCESS)


@admin.register(Project)
class ProjectAdmin(ServiceAdmin):
    list_display = ["name", "code", "type", "status", "time_zone", "archived_at"]
    list_filter = ["status", "type", ("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "code"]
    actions = ["archive", "restore"]

    @admin.action(description=gettext_lazy("Archive"))
    def archive(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        self.each(request, queryset, projects.archive_project)

    @admin.action(description=gettext_lazy("Restore from the archive"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        self.each(request, queryset, projects.restore_project)


@admin.register(Scenario)
class ScenarioAdmin(ServiceAdmin):
    list_display = [
        "name",
        "project",
        "is_baseline",
        "revision",
        "scheduled_finish",
        "forecast_p50",
        "forecast_p80",
        "archived_at",
    ]
    list_filter = ["is_baseline", ("archived_at", admin.EmptyFieldListFilter)]
    list_select_related = ["project"]
    search_fields = ["name", "project__name"]
    # The whole distributions: large, and of no use to the eye.
    exclude = ["forecast", "forecast_finishes"]
    actions = ["branch", "archive", "restore", "undo", "redo", "delete_with_plan"]

    @admin.action(description=gettext_lazy("Branch"))
    def branch(self, request: HttpRequest, queryset: QuerySet[Scenario]) -> None:
        self.each(request, queryset, branch_by_name)

    @admin.action(description=gettext_lazy("Archive"))
    def archive(self, request: HttpRequest, queryset: QuerySet[Scenario]) -> None:
        self.each(request, queryset, scenarios.archive_scenario)

    @admin.action(description=gettext_lazy("Restore from the archive"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Scenario]) -> None:
        self.each(request, queryset, scenarios.restore_scenario)

    @admin.action(description=gettext_lazy("Undo my last change"))
    def undo(self, request: HttpRequest, queryset: QuerySet[Scenario]) -> None:
        self.each(request, queryset, history.undo)

    @admin.action(description=gettext_lazy("Redo what I undid"))
    def redo(self, request: HttpRequest, queryset: QuerySet[Scenario]) -> None:
        self.each(request, queryset, history.redo)

    @admin.action(description=gettext_lazy("Delete with the whole plan"))
    def delete_with_plan(self, request: HttpRequest, queryset: QuerySet[Scenario]) -> None:
        self.each(request, queryset, scenarios.delete_scenario)


def branch_by_name(scenario: Scenario, *, actor: Any) -> None:
    """Branch under a name that tells the source and the moment."""
    moment = timezone.now().strftime("%Y-%m-%d %H:%M:%S")
    name = _("%(name)s, branched %(moment)s") % {"name": scenario.name[:150], "moment": moment}
    scenarios.branch_scenario(scenario, name=name, actor=actor)


@admin.register(Task)
class TaskAdmin(ServiceAdmin):
    list_display = ["name", "key", "scenario", "kind", "start", "finish", "is_critical"]
    list_filter = ["kind", "is_critical", "risk_level"]
    list_select_related = ["scenario"]
    search_fields = ["name", "key"]
    actions = ["delete_with_subtasks"]

    @admin.action(description=gettext_lazy("Delete with what stands below"))
    def delete_with_subtasks(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        self.each(request, queryset.select_related("scenario"), delete_task)


def delete_task(task: Task, *, actor: Any) -> None:
    """Delete one task through the service; one that went with its summary is gone already."""
    if Task.objects.filter(pk=task.pk).exists():
        tasks.delete_tasks(task.scenario, [task.key], actor=actor)


@admin.register(Dependency)
class DependencyAdmin(ServiceAdmin):
    list_display = ["predecessor", "successor", "type", "lag_minutes", "scenario"]
    list_filter = ["type"]
    list_select_related = ["predecessor", "successor", "scenario"]
    search_fields = ["predecessor__name", "successor__name"]
    actions = ["remove"]

    @admin.action(description=gettext_lazy("Take away"))
    def remove(self, request: HttpRequest, queryset: QuerySet[Dependency]) -> None:
        self.each(request, queryset.select_related("scenario"), remove_dependency)


def remove_dependency(row: Dependency, *, actor: Any) -> None:
    """Take one link away through the service."""
    key = f"{row.predecessor.key}|{row.successor.key}|{row.type}"
    tasks.remove_dependency(row.scenario, key, actor=actor)


@admin.register(Calendar)
class CalendarAdmin(ServiceAdmin):
    list_display = ["name", "key", "parent", "scenario"]
    list_select_related = ["parent", "scenario"]
    search_fields = ["name", "key"]


@admin.register(Risk)
class RiskAdmin(ServiceAdmin):
    list_display = ["name", "key", "probability", "mitigated_probability", "scenario"]
    list_select_related = ["scenario"]
    search_fields = ["name", "key"]


@admin.register(RiskImpact)
class RiskImpactAdmin(ServiceAdmin):
    list_display = ["risk", "task", "is_mitigated"]
    list_select_related = ["risk", "task"]


@admin.register(Driver)
class DriverAdmin(ServiceAdmin):
    list_display = ["key", "rho", "scenario"]
    list_select_related = ["scenario"]
    search_fields = ["key"]


@admin.register(Correlation)
class CorrelationAdmin(ServiceAdmin):
    list_display = ["first", "second", "spearman", "scenario"]
    list_select_related = ["first", "second", "scenario"]


@admin.register(ForecastRecord)
class ForecastRecordAdmin(ServiceAdmin):
    list_display = ["scenario", "revision", "p50", "p80", "p_target", "iterations", "created_at"]
    list_select_related = ["scenario"]


@admin.register(Promotion)
class PromotionAdmin(ServiceAdmin):
    list_display = ["number", "kind", "scenario_name", "former_name", "actor", "created_at"]
    list_filter = ["kind"]
    list_select_related = ["actor"]
    search_fields = ["scenario_name", "former_name", "reason"]


@admin.register(ScenarioView)
class ScenarioViewAdmin(ServiceAdmin):
    list_display = ["person", "scenario"]
    list_select_related = ["person", "scenario"]


@admin.register(Update)
class UpdateAdmin(ServiceAdmin):
    list_display = ["__str__", "project", "author", "created_at"]
    list_select_related = ["project", "author"]
    search_fields = ["title", "body"]


@admin.register(PlanExport)
class PlanExportAdmin(ReadOnlyAdmin):
    list_display = ["name", "format", "scenario", "created_by", "created_at"]
    list_select_related = ["scenario", "created_by"]
    # The file itself is for its person alone.
    exclude = ["data"]


@admin.register(Upload)
class UploadAdmin(ServiceAdmin):
    list_display = ["name", "created_by", "created_at"]
    list_select_related = ["created_by"]
    exclude = ["data"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        return super().get_queryset(request).defer("data")


@admin.register(Cycle)
class CycleAdmin(ServiceAdmin):
    list_display = ["name", "project", "first_day", "last_day"]
    list_select_related = ["project"]


@admin.register(Label)
class LabelAdmin(ServiceAdmin):
    list_display = ["name", "project", "colour"]
    list_select_related = ["project"]


@admin.register(TaskWork)
class TaskWorkAdmin(ServiceAdmin):
    list_display = ["key", "project", "priority", "cycle"]
    list_filter = ["priority"]
    list_select_related = ["project", "cycle"]


@admin.register(TaskAssignee)
class TaskAssigneeAdmin(ServiceAdmin):
    list_display = ["key", "project", "person"]
    list_select_related = ["project", "person"]


@admin.register(TaskLabel)
class TaskLabelAdmin(ServiceAdmin):
    list_display = ["key", "project", "label"]
    list_select_related = ["project", "label"]


@admin.register(TaskRelation)
class TaskRelationAdmin(ServiceAdmin):
    list_display = ["__str__", "project"]
    list_select_related = ["project"]
