"""Reads, scoped to a person.

Row-level security keeps to the workspace; these add what the person's role
lets them see. What is not theirs and what does not exist look the same.
"""

from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from lineo.accounts.models import Membership, User
from lineo.accounts.policy import Action
from lineo.activity.models import Change
from planning.access import may_on
from planning.core.plan import TaskKind
from planning.models import (
    Calendar,
    Dependency,
    ForecastRecord,
    Project,
    Promotion,
    Risk,
    RiskImpact,
    Scenario,
    ScenarioView,
    Task,
    Update,
)
from planning.view_state import ViewState, read_view

Who = Membership | None


def projects_for(membership: Who) -> QuerySet[Project]:
    """Return the projects that a person may read, archived ones too."""
    if not may_on(None, membership, Action.READ):
        return Project.objects.none()
    return Project.objects.filter(workspace=membership.workspace_id)  # type: ignore[union-attr]


def scenarios_for(membership: Who) -> QuerySet[Scenario]:
    """Return the scenarios that a person may read, with their project."""
    projects = projects_for(membership)
    return Scenario.objects.filter(project__in=projects).select_related("project")


def tasks_for(membership: Who) -> QuerySet[Task]:
    """Return the tasks that a person may read, with scenario and project."""
    scenarios = Scenario.objects.filter(project__in=projects_for(membership))
    return Task.objects.filter(scenario__in=scenarios).select_related("scenario__project")


def project_overview(membership: Who) -> QuerySet[Project]:
    """Return the live projects, each with its baseline as ``baselines`` and its counts."""
    baselines = Prefetch(
        "scenarios", Scenario.objects.filter(is_baseline=True), to_attr="baselines"
    )
    return (
        projects_for(membership)
        .filter(archived_at__isnull=True)
        .prefetch_related(baselines)
        .annotate(
            scenario_count=Count(
                "scenarios", filter=Q(scenarios__archived_at__isnull=True), distinct=True
            )
        )
    )


def scenarios_of(project: Project) -> QuerySet[Scenario]:
    """Return a project's scenarios, the baseline first, archived ones last."""
    return (
        Scenario.objects.filter(project=project)
        .select_related("project", "source")
        .annotate(task_count=Count("tasks"))
        .order_by("-is_baseline", "archived_at", "created_at", "pk")
    )


def tasks_of(scenario: Scenario) -> QuerySet[Task]:
    """Return a scenario's tasks in table order."""
    return Task.objects.filter(scenario=scenario).order_by("position")


def summaries_of(scenario: Scenario) -> QuerySet[Task]:
    """Return the tasks of a scenario that others stand under."""
    return Task.objects.filter(scenario=scenario, kind=TaskKind.SUMMARY)


def uncertain_ids(scenario: Scenario) -> frozenset[UUID]:
    """Return the ids of the tasks whose duration is a range, or has a risk level's."""
    open_tasks = Task.objects.filter(scenario=scenario, actual_finish=None)
    ranged = open_tasks.filter(Q(estimate__isnull=False) | ~Q(risk_level=""))
    return frozenset(ranged.values_list("pk", flat=True))


def view_of(scenario: Scenario, person: User) -> ViewState:
    """Return how the person looks at the scenario."""
    rows = ScenarioView.objects.filter(scenario=scenario, person=person)
    return read_view(rows.values_list("state", flat=True).first())


def dependencies_of(scenario: Scenario) -> QuerySet[Dependency]:
    """Return a scenario's links with both tasks."""
    links = Dependency.objects.filter(scenario=scenario)
    return links.select_related("predecessor", "successor")


def calendars_of(scenario: Scenario) -> QuerySet[Calendar]:
    """Return a scenario's calendars with the number of tasks that work by each."""
    calendars = Calendar.objects.filter(scenario=scenario).select_related("parent")
    return calendars.annotate(task_count=Count("tasks"))


def risks_of(scenario: Scenario) -> QuerySet[Risk]:
    """Return a scenario's risks with their impacts and the tasks that these touch."""
    impacts = Prefetch("impacts", RiskImpact.objects.select_related("task"))
    return Risk.objects.filter(scenario=scenario).prefetch_related(impacts)


def updates_of(project: Project) -> QuerySet[Update]:
    """Return a project's updates, the newest first."""
    updates = Update.objects.filter(project=project)
    return updates.select_related("author", "scenario", "forecast")


def forecasts_of(scenario: Scenario) -> QuerySet[ForecastRecord]:
    """Return the headline figures of a scenario's forecasts, the newest first."""
    return ForecastRecord.objects.filter(scenario=scenario)


def changes_of(scenario: Scenario) -> QuerySet[Change]:
    """Return a scenario's history, the newest change first."""
    return Change.objects.filter(subject_id=scenario.pk).select_related("actor")


def promotions_of(project: Project) -> QuerySet[Promotion]:
    """Return the lineage of a project's baseline, the newest decision first."""
    return Promotion.objects.filter(project_id=project.pk).select_related("actor")


def promotions_for(membership: Who) -> QuerySet[Promotion]:
    """Return the promotions that a person may read."""
    projects = projects_for(membership).values("pk")
    return Promotion.objects.filter(project_id__in=projects).select_related("actor")


def risks_for(membership: Who) -> QuerySet[Risk]:
    """Return the risks that a person may read, with scenario and project."""
    scenarios = Scenario.objects.filter(project__in=projects_for(membership))
    return Risk.objects.filter(scenario__in=scenarios).select_related("scenario__project")


def calendars_for(membership: Who) -> QuerySet[Calendar]:
    """Return the calendars that a person may read, with scenario and project."""
    scenarios = Scenario.objects.filter(project__in=projects_for(membership))
    return Calendar.objects.filter(scenario__in=scenarios).select_related("scenario__project")
