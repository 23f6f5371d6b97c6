"""Reads, scoped to a person.

Row-level security keeps to the workspace; these add what the person's role
lets them see. What is not theirs and what does not exist look the same.
"""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Exists, Model, OuterRef, Prefetch, Q, QuerySet, Subquery

from lineo.accounts.asker import asker
from lineo.accounts.models import Membership, User
from lineo.accounts.policy import Action
from lineo.activity.models import Change
from lineo.composed import Composed
from planning import access, veil
from planning.access import may_on
from planning.core.plan import TaskKind
from planning.models import (
    Calendar,
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
from planning.models.scenario import HEAVY
from planning.table.view_state import ViewState, read_view

Who = Membership | None
Row = TypeVar("Row", bound=Model)


def projects_for(membership: Who) -> QuerySet[Project]:
    """Return the projects that a person may read, archived ones too."""
    if membership is None or membership.is_suspended:
        return Project.objects.none()
    rows = Project.objects.filter(workspace_id=membership.workspace_id)
    named = access.projects_apart(membership, Action.READ)
    if may_on(None, membership, Action.READ):
        denied = [pk for pk, allowed in named.items() if not allowed]
        return rows.exclude(pk__in=denied) if denied else rows
    return rows.filter(pk__in=[pk for pk, allowed in named.items() if allowed])


def scenarios_for(membership: Who) -> QuerySet[Scenario]:
    """Return the scenarios that a person may read, with their project."""
    rows = Scenario.objects.select_related("project")
    wanted = Q(project__in=projects_for(membership))
    if membership is not None:
        wanted = access.with_scenario_rules(wanted, membership, Action.READ)
    return rows.filter(wanted)


def scenario_for(membership: Who, pk: UUID) -> Scenario | None:
    """Return the scenario of that id, with its project, if the person may read it."""
    if membership is not None and access.reads_all(membership):
        return _scenarios.row(membership.workspace_id, pk)
    return scenarios_for(membership).filter(pk=pk).first()


def seen_scenario_for(membership: Who, pk: UUID) -> Scenario | None:
    """Return the same with how the person looks at it, in one query."""
    if membership is None:
        return None
    if access.reads_all(membership):
        found = _seen_scenarios.row(membership.workspace_id, membership.person_id, pk)
    else:
        rows = scenarios_for(membership).filter(pk=pk)
        found = rows.annotate(view_words=_view_words("pk", membership.person_id)).first()
    if found is not None:
        found.looked_at = (membership.person_id, found.__dict__["view_words"])
    return found


@Composed
def _scenarios(workspace: UUID, pk: UUID) -> QuerySet[Scenario]:
    rows = Scenario.objects.select_related("project").filter(workspace=workspace, pk=pk)
    return rows.order_by()


@Composed
def _seen_scenarios(workspace: UUID, person: UUID, pk: UUID) -> QuerySet[Scenario]:
    rows = Scenario.objects.select_related("project").filter(workspace=workspace, pk=pk)
    return rows.order_by().annotate(view_words=_view_words("pk", person))


def _view_words(scenario: str, person_id: UUID) -> Subquery:
    rows = ScenarioView.objects.filter(scenario=OuterRef(scenario), person=person_id).order_by()
    return Subquery(rows.values("state"))


def tasks_for(membership: Who) -> QuerySet[Task]:
    """Return the tasks that a person may read, with scenario and project."""
    return with_scenario(Task.objects.filter(scenario__in=_scenario_ids(membership)))


def with_scenario(rows: QuerySet[Row], of: str = "scenario") -> QuerySet[Row]:
    """Return the rows with scenario and project: each without its plan's whole forecast."""
    unread = (f"{of}__{name}" for name in HEAVY)
    return rows.select_related(f"{of}__project").defer(*unread)


def seen_task_for(membership: Who, pk: UUID) -> Task | None:
    """Return the task of that id, if the person may read it, with its plan as they look at it."""
    if membership is None:
        return None
    if access.reads_all(membership):
        found = _seen_tasks.row(membership.workspace_id, membership.person_id, pk)
    else:
        rows = tasks_for(membership).select_related("calendar").filter(pk=pk)
        words = _view_words("scenario", membership.person_id)
        found = rows.annotate(view_words=words).first()
    if found is not None:
        found.scenario.looked_at = (membership.person_id, found.__dict__["view_words"])
    return found


@Composed
def _seen_tasks(workspace: UUID, person: UUID, pk: UUID) -> QuerySet[Task]:
    rows = Task.objects.filter(workspace=workspace, pk=pk).order_by()
    related = with_scenario(rows).select_related("calendar")
    return related.annotate(view_words=_view_words("scenario", person))


def project_overview(membership: Who) -> QuerySet[Project]:
    """Return the live projects, each with its baseline as ``baselines`` and its counts."""
    baselines = Prefetch("scenarios", baselines_for(membership), to_attr="baselines")
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


def baselines_for(membership: Who) -> QuerySet[Scenario]:
    """Return the baselines that a person may read, of projects that they may read."""
    rows = Scenario.objects.filter(is_baseline=True)
    if membership is None:
        return rows.none()
    return rows.filter(access.with_scenario_rules(Q(), membership, Action.READ))


def readable_scenarios_of(project: Project) -> QuerySet[Scenario]:
    """Return a project's scenarios; in a request those that its person may read."""
    rows = Scenario.objects.filter(project=project)
    who = asker()
    return rows if who is None else rows.filter(pk__in=_scenario_ids(who))


def scenarios_of(project: Project) -> QuerySet[Scenario]:
    """Return a project's scenarios, the baseline first, archived ones last."""
    return (
        readable_scenarios_of(project)
        .select_related("project", "source")
        .defer(*(f"source__{name}" for name in HEAVY))
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


def waiting_for_others(scenario_id: UUID) -> int:
    """Return how many tasks that have not begun wait for tasks of other projects."""
    rows = Task.objects.filter(scenario=scenario_id, options__has_key="external_links")
    return sum(not task.scenario.has_begun(task) for task in with_scenario(rows))


def view_of(scenario: Scenario, person: User) -> ViewState:
    """Return how the person looks at the scenario."""
    if scenario.looked_at and scenario.looked_at[0] == person.pk:
        return read_view(scenario.looked_at[1])
    return read_view(_view_states.row(scenario.pk, person.pk))


@Composed
def _view_states(scenario: UUID, person: UUID) -> QuerySet[ScenarioView, Any]:
    rows = ScenarioView.objects.filter(scenario=scenario, person=person).order_by()
    return rows.values_list("state", flat=True)


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
    updates = readable_updates(Update.objects.filter(project=project))
    return with_scenario(updates).select_related("author", "forecast")


def readable_updates(rows: QuerySet[Update]) -> QuerySet[Update]:
    """Return the notes; in a request without those on what its person may not read.

    What was kept from somebody stays so when it is deleted. Of a task that is gone nobody can tell
    any more under which summary it stood, so where rules hide tasks, such notes are hidden, too.
    """
    who = asker()
    if who is None:
        return rows
    rows = rows.filter(Q(scenario=None) | Q(scenario__in=_scenario_ids(who)))
    rows = without_unknown_tasks(rows, "task_key")
    if closed := veil.closed_scenarios():
        rows = rows.exclude(scenario_id_then__in=closed)
    for project_id, keys in veil.hidden().by_project.items():
        rows = rows.exclude(project=project_id, task_key__in=keys)
    if drawn := veil.drawn_projects():
        same = Task.objects.filter(scenario__project=OuterRef("project"), key=OuterRef("task_key"))
        rows = rows.exclude(~Q(task_key="") & ~Exists(same), project__in=drawn)
    return rows


def without_unknown_tasks(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """Return ``rows``, of a ``project`` each, but for those on a task that their reader can't know.

    That is one which stands in no scenario that rules let them read, where they hide any. Of a
    task that is gone nobody can tell any more where it stood.
    """
    who = asker()
    if who is None or not veil.closed_scenarios():
        return rows
    same = Task.objects.filter(scenario__in=_scenario_ids(who), key=OuterRef(column))
    known = Exists(same.filter(scenario__project=OuterRef("project")))
    return rows.filter(Q(**{column: ""}) | known)


def projects_once_with(scenario_ids: Iterable[UUID]) -> QuerySet[Any]:
    """Return the ids of the projects that have or had one of these scenarios."""
    return Change.objects.filter(subject_id__in=scenario_ids).values("project_id")


def forecasts_of(scenario: Scenario) -> QuerySet[ForecastRecord]:
    """Return the headline figures of a scenario's forecasts, the newest first."""
    return ForecastRecord.objects.filter(scenario=scenario)


def changes_of(scenario: Scenario) -> QuerySet[Change]:
    """Return a scenario's history, the newest change first."""
    return Change.objects.filter(subject_id=scenario.pk).select_related("actor")


def promotions_of(project: Project) -> QuerySet[Promotion]:
    """Return the lineage of a project's baseline, the newest decision first."""
    rows = Promotion.objects.filter(project_id=project.pk).select_related("actor")
    return _without_denied(rows, asker())


def promotions_for(membership: Who) -> QuerySet[Promotion]:
    """Return the promotions that a person may read."""
    projects = projects_for(membership).values("pk")
    rows = Promotion.objects.filter(project_id__in=projects).select_related("actor")
    return _without_denied(rows, membership)


def _without_denied(rows: QuerySet[Promotion], who: Who) -> QuerySet[Promotion]:
    """Return the decisions but for those for or against what rules keep somebody from."""
    denied = [] if who is None else access.denied_scenarios(who, Action.READ)
    if not denied:
        return rows
    return rows.exclude(Q(scenario_id__in=denied) | Q(former_id__in=denied))


def risks_for(membership: Who) -> QuerySet[Risk]:
    """Return the risks that a person may read, with scenario and project."""
    rows = Risk.objects.filter(scenario__in=_scenario_ids(membership))
    return with_scenario(rows)


def calendars_for(membership: Who) -> QuerySet[Calendar]:
    """Return the calendars that a person may read, with scenario and project."""
    rows = Calendar.objects.filter(scenario__in=_scenario_ids(membership))
    return with_scenario(rows)


def _scenario_ids(membership: Who) -> QuerySet[Scenario, Any]:
    return scenarios_for(membership).select_related(None).values("pk")
