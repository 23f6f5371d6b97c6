"""What plans wait for in other projects: when it is scheduled, and who may wait for it.

A plan holds its links and the dates that it last heard, so that scheduling
asks nobody. Here dates are read: from the scenario that each other project
shows (its baseline, unless another was chosen), as wall-clock times of the
project that waits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from lineo.accounts.models import Membership, User
from lineo.accounts.policy import Action
from lineo.accounts.selectors import membership_for
from planning import access, selectors, snapshot
from planning.core.calendars import CLOCK, calendars_of
from planning.core.editing import map_tasks
from planning.core.instants import to_datetime, to_minutes
from planning.core.plan import ExternalDates, ExternalLink, LinkType, Plan, PlanError, Task
from planning.models import Project, Scenario
from planning.models import Task as TaskRow

Place = tuple[str, str]
"""A task of another project: the project's id and the task's key there."""
Heard = Mapping[Place, ExternalDates]


def shown_scenarios(projects: Iterable[UUID]) -> dict[UUID, Scenario]:
    """Return the scenario that each project shows to others, by the project's id."""
    return shown_among(Scenario.objects.filter(project__in=list(projects)))


def shown_among(rows: QuerySet[Scenario]) -> dict[UUID, Scenario]:
    """Return those of ``rows`` that their projects show, in one query, by the project's id."""
    chosen = Q(pk=F("project__shown_scenario"), archived_at__isnull=True)
    # The baseline first, so that a chosen one takes its place.
    ordered = rows.filter(chosen | Q(is_baseline=True)).order_by("-is_baseline")
    return {row.project_id: row for row in ordered.select_related("project")}


def shown_of(project: Project) -> Scenario:
    """Return the scenario that a project shows to others."""
    return shown_scenarios([project.pk])[project.pk]


def places_of(links: Iterable[ExternalLink]) -> set[Place]:
    """Return the tasks of other projects that links begin at."""
    return {(link.project, link.task) for link in links}


def places_in(tasks: Iterable[Task]) -> set[Place]:
    """Return what the tasks wait for in other projects."""
    return {place for task in tasks for place in places_of(task.external_links)}


def project_ids(places: Iterable[Place]) -> set[UUID]:
    """Return the ids of the projects that tasks are of, as far as they are ids."""
    return {pk for project, _key in places if (pk := _uuid(project))}


def heard_of(places: Iterable[Place], zone: str) -> dict[Place, ExternalDates]:
    """Return when tasks of other projects are scheduled, as wall-clock times in ``zone``.

    What is not there any more is left out.
    """
    wanted = {(pk, key) for text, key in places if (pk := _uuid(text))}
    if not wanted:
        return {}
    shown = shown_scenarios({pk for pk, _key in wanted})
    rows = TaskRow.objects.filter(
        scenario__in=[scenario.pk for scenario in shown.values()],
        key__in={key for _pk, key in wanted},
        start__isnull=False,
    ).values_list("scenario__project_id", "key", "start", "finish")
    return {
        (str(pk), key): ExternalDates(
            str(pk),
            key,
            in_zone(start, shown[pk].project.time_zone, zone),
            in_zone(finish, shown[pk].project.time_zone, zone),
        )
        for pk, key, start, finish in rows
        if (pk, key) in wanted and start and finish
    }


def in_zone(moment: datetime, zone: str, wanted: str) -> datetime:
    """Return a wall-clock time of one zone as the wall-clock time of another."""
    if zone == wanted:
        return moment
    instant = moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return instant.astimezone(ZoneInfo(wanted)).replace(tzinfo=None)


def with_dates(plan: Plan, before: Plan, *, actor: User | None, is_vetted: bool) -> Plan:
    """Return the plan with the dates of every link that it did not have before.

    ``is_vetted`` says that the links were in a plan of this project before, as
    those that undo and merge bring.

    Raises
    ------
    PlanError
        If the actor may not see what a new link waits for, or it is not there.
    """
    changed = [task for task in plan.tasks if task.external_links and _is_new(task, before)]
    if not changed:
        return plan
    heard = heard_of(places_in(changed), plan.project.time_zone)
    if not is_vetted:
        visible = visible_places(_member(actor), heard)
        for task in changed:
            had = before.task(task.key).external_links if before.has_task(task.key) else ()
            fresh = places_of(link for link in task.external_links if link not in had)
            if fresh - visible:
                raise PlanError(_("There is no such task in another project."))
    return map_tasks(plan, {task.key for task in changed}, lambda task: dated(task, heard))


def visible_places(membership: Membership | None, places: Iterable[Place]) -> set[Place]:
    """Return those of the tasks that a person may read; the system (None) reads all.

    A rule on the other project, on the scenario that it shows, or on the task
    or a summary above it hides what is waited for.
    """
    wanted = set(places)
    if membership is None or not wanted:
        return wanted
    shown = shown_scenarios(project_ids(wanted))
    ids = [scenario.pk for scenario in shown.values()]
    readable = selectors.scenarios_for(membership).filter(pk__in=ids)
    seen = {str(one.project_id): one for one in readable}
    rules = {
        project: access.task_verdicts(membership, Action.READ, scenario.project_id)
        for project, scenario in seen.items()
    }
    return {
        (project, key)
        for project, key in wanted
        if project in seen and _is_allowed(seen[project], key, rules[project])
    }


def readable(membership: Membership | None, tasks: Iterable[TaskRow]) -> list[TaskRow]:
    """Return those of the tasks, of plans that projects show, that a person may read.

    Of projects in which no rule is laid on a task, nothing more is read.
    """
    rows = list(tasks)
    if membership is None:
        return rows
    ruled = {
        one.scenario.project_id
        for one in rows
        if access.task_verdicts(membership, Action.READ, one.scenario.project_id)
    }
    places = {_place(one) for one in rows if one.scenario.project_id in ruled}
    hidden = places - visible_places(membership, places)
    return [one for one in rows if _place(one) not in hidden]


def _place(task: TaskRow) -> Place:
    return str(task.scenario.project_id), task.key


def _is_allowed(scenario: Scenario, key: str, rules: Mapping[str, bool]) -> bool:
    """Whether the nearest rule on a task or a summary above it lets it be read."""
    if not rules:
        return True
    chain = access.chain_to(snapshot.plan_of(scenario), key)
    return next((rules[one] for one in reversed(chain) if one in rules), True)


def dated(task: Task, heard: Heard) -> Task:
    """Return the task with what was heard; what is not heard of keeps the dates it had."""
    had = {(one.project, one.task): one for one in task.external_dates}
    places = dict.fromkeys((link.project, link.task) for link in task.external_links)
    dates = tuple(
        found for place in places if (found := heard.get(place) or had.get(place)) is not None
    )
    return task if dates == task.external_dates else replace(task, external_dates=dates)


def adopted(plan: Plan, actor: User | None) -> Plan:
    """Return a plan from a file as one of this workspace.

    Links to projects that are not here, or that the actor may not see, become
    the date that they asked for: nothing moves, and nothing is learnt.
    """
    linked = [task for task in plan.tasks if task.external_links]
    if not linked:
        return plan
    heard = heard_of(places_in(linked), plan.project.time_zone)
    visible = visible_places(_member(actor), heard)
    kept = {place: one for place, one in heard.items() if place in visible}
    keys = {task.key for task in linked}
    return map_tasks(plan, keys, lambda task: dated(_without_strangers(task, plan, kept), kept))


def _without_strangers(task: Task, plan: Plan, heard: Heard) -> Task:
    links = tuple(one for one in task.external_links if (one.project, one.task) in heard)
    if len(links) == len(task.external_links):
        return task
    known = {(one.project, one.task): one for one in task.external_dates}
    calendars = calendars_of(plan.calendars)
    own = calendars[task.calendar or plan.project.calendar]
    moments = [] if task.external_start is None else [task.external_start]
    for link in task.external_links:
        dates = known.get((link.project, link.task))
        if link in links or dates is None or link.type in (LinkType.FF, LinkType.SF):
            continue
        source = dates.start if link.type is LinkType.SS else dates.finish
        time = CLOCK if link.lag.elapsed else own
        moments.append(to_datetime(time.add(to_minutes(source), link.lag.minutes)))
    return replace(task, external_links=links, external_start=max(moments, default=None))


def _is_new(task: Task, before: Plan) -> bool:
    if not before.has_task(task.key):
        return True
    former = before.task(task.key)
    return former is not task and former.external_links != task.external_links


def _member(actor: User | None) -> Membership | None:
    """Return what an actor is in the workspace; None for the system, which may all."""
    return None if actor is None else membership_for(actor)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
