"""Reads of the API: what a person may see, with all that its answer shows, filtered as asked.

Each brings what one answer needs in a fixed number of queries. ``query`` holds the parameters of
the request, None where they were left out.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from lineo.accounts.models import Membership
from lineo.activity.models import Change
from planning import selectors, veil
from planning.core.plan import Dependency as Link
from planning.models import (
    Calendar,
    Correlation,
    Dependency,
    Driver,
    Project,
    Risk,
    RiskImpact,
    Scenario,
    Task,
    Update,
)

Asked = Mapping[str, Any]
Who = Membership | None


def projects(who: Who, query: Asked | None = None) -> QuerySet[Project]:
    """Return the projects, each with its baseline as ``baselines``."""
    baseline = Prefetch("scenarios", selectors.baselines_for(who), to_attr="baselines")
    rows = selectors.projects_for(who).prefetch_related(baseline)
    if query is None:
        return rows
    wanted = _equal(query, "status", "type") & _contains("name", query["search"])
    return rows.filter(wanted & _archived(query)).order_by(*_order(query, "name"))


def scenarios(project: Project, query: Asked) -> QuerySet[Scenario]:
    """Return a project's scenarios, the baseline first."""
    rows = selectors.readable_scenarios_of(project).filter(_archived(query))
    return rows.order_by("-is_baseline", "created_at", "pk")


def tasks(who: Who) -> QuerySet[Task]:
    """Return every task that the person may see."""
    return _with_keys(selectors.tasks_for(who))


def tasks_of(scenario: Scenario, query: Asked) -> QuerySet[Task]:
    """Return a scenario's tasks."""
    wanted = _equal(query, "kind", "key") & _contains("name", query["search"])
    # Asked of the scenario, each row has it at hand: no join brings its forecast to every row.
    rows = scenario.tasks.filter(wanted)
    if query["search"]:
        rows = rows.exclude(pk__in=veil.hidden_ids())
    if query["parent"] is not None:
        rows = rows.filter(parent__key=query["parent"])
    if query["critical"] is not None:
        rows = rows.filter(is_critical=query["critical"])
    return _with_keys(rows).order_by(*_order(query, "position"))


def _with_keys(rows: QuerySet[Task]) -> QuerySet[Task]:
    """Bring the keys by which an answer names a task's summary, calendar and driver, no more."""
    unread = [
        f"{relation}__{field.name}"
        for relation, model in {"calendar": Calendar, "driver": Driver}.items()
        for field in model._meta.concrete_fields
        if field.name not in {"id", "key"}
    ]
    # Not joined, as ``attach_ends`` says.
    parents = Prefetch("parent", Task.objects.only("key"))
    return rows.select_related("calendar", "driver").defer(*unread).prefetch_related(parents)


def dependencies(who: Who) -> QuerySet[Dependency]:
    """Return every dependency that the person may see, with both tasks."""
    rows = Dependency.objects.filter(scenario__in=_scenarios(who))
    return selectors.with_scenario(rows).select_related("predecessor", "successor")


def dependencies_of(scenario: Scenario, query: Asked) -> QuerySet[Dependency]:
    """Return a scenario's dependencies."""
    rows = scenario.dependencies.all()
    if query["from"] is not None:
        rows = rows.filter(predecessor__key=query["from"])
    if query["to"] is not None:
        rows = rows.filter(successor__key=query["to"])
    return rows.order_by("pk")


def dependency_of(scenario: Scenario, link: Link) -> Dependency:
    """Return the row that holds ``link``."""
    return scenario.dependencies.all().get(
        predecessor__key=link.predecessor, successor__key=link.successor, type=link.type
    )


def attach_ends(*relations: str) -> Callable[[Iterable[Any]], None]:
    """Return what gives rows the keys of the tasks that ``relations`` name, in one query.

    Lists don't join tasks with tasks: where PostgreSQL has counted few rows so far, it may plan a
    walk through all tasks of the workspace for each row.
    """

    def attach(rows: Iterable[Any]) -> None:
        ids = {getattr(row, f"{name}_id") for row in rows for name in relations}
        tasks = Task.objects.only("key").in_bulk(ids)
        for row in rows:
            for name in relations:
                setattr(row, name, tasks[getattr(row, f"{name}_id")])

    return attach


def calendars(who: Who) -> QuerySet[Calendar]:
    """Return every calendar that the person may see, with its parent."""
    rows = Calendar.objects.filter(scenario__in=_scenarios(who))
    return selectors.with_scenario(rows).select_related("parent")


def risks(who: Who) -> QuerySet[Risk]:
    """Return every risk that the person may see, with its impacts and their tasks."""
    rows = Risk.objects.filter(scenario__in=_scenarios(who))
    impacts = Prefetch("impacts", RiskImpact.objects.select_related("task"))
    return selectors.with_scenario(rows).prefetch_related(impacts)


def drivers(who: Who) -> QuerySet[Driver]:
    """Return every driver that the person may see, with the tasks that it moves."""
    rows = Driver.objects.filter(scenario__in=_scenarios(who))
    seen = Task.objects.exclude(pk__in=veil.hidden_ids())
    members = Prefetch("tasks", seen.only("key", "driver_id").order_by("key"))
    return selectors.with_scenario(rows).prefetch_related(members)


def correlations(who: Who) -> QuerySet[Correlation]:
    """Return every correlation that the person may see, with both tasks."""
    rows = Correlation.objects.filter(scenario__in=_scenarios(who))
    return selectors.with_scenario(rows).select_related("first", "second")


def updates(who: Who) -> QuerySet[Update]:
    """Return every update that the person may see."""
    every = Update.objects.filter(project__in=selectors.projects_for(who))
    rows = selectors.readable_updates(every)
    return rows.select_related("author", "forecast")


def updates_of(project: Project, query: Asked) -> QuerySet[Update]:
    """Return a project's updates, the newest first."""
    rows = selectors.updates_of(project)
    if query["scenario"] is not None:
        rows = rows.filter(scenario=query["scenario"])
    if query["task"] is not None:
        rows = rows.filter(task_key=query["task"])
    return rows


def changes(who: Who) -> QuerySet[Change]:
    """Return every change of a scenario that the person may see."""
    scenario_ids = _scenarios(who).values("pk")
    rows = Change.objects.filter(subject_kind="scenario", subject_id__in=scenario_ids)
    return rows.select_related("actor")


def changes_of(scenario: Scenario) -> QuerySet[Change]:
    """Return a scenario's history without what each change did, the newest first.

    From whom something is hidden, what each did decides what they are told of it.
    """
    rows = selectors.changes_of(scenario).order_by("-revision")
    return rows if veil.is_drawn(scenario.project_id) else rows.defer("edits")


def _scenarios(who: Who) -> QuerySet[Scenario]:
    return selectors.scenarios_for(who).select_related(None)


def _equal(query: Asked, *names: str) -> Q:
    return Q(**{name: query[name] for name in names if query.get(name) is not None})


def _contains(name: str, text: str | None) -> Q:
    return Q(**{f"{name}__icontains": text}) if text else Q()


def _archived(query: Asked) -> Q:
    wanted = query["archived"]
    return Q() if wanted is None else Q(archived_at__isnull=not wanted)


def _order(query: Asked, otherwise: str) -> tuple[str, str]:
    return query["ordering"] or otherwise, "pk"
