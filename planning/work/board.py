"""The leaves of a plan in groups: by who does them, how urgent they are, label, cycle or state."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lineo.accounts.models import User
from planning import selectors, veil
from planning.core.plan import TaskKind
from planning.models import Project, Scenario, Task, TaskAssignee
from planning.work.facts import NOTHING, Work, works_of
from planning.work.readiness import unblocked_ids

MOST_ROWS = 400
GROUPINGS = {
    "assignee": gettext_lazy("Assignee"),
    "priority": gettext_lazy("Priority"),
    "cycle": gettext_lazy("Cycle"),
    "label": gettext_lazy("Label"),
    "status": gettext_lazy("State"),
}
SHOWN = {
    "unblocked": gettext_lazy("Unblocked"),
    "open": gettext_lazy("Not finished"),
    "all": gettext_lazy("Everything"),
}

Groups = list[tuple[Any, str]]
"""The groups that one leaf stands in: what they are ordered by, and their titles."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One leaf."""

    task: Task
    work: Work
    is_unblocked: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together, by start."""

    title: str
    rows: list[BoardRow]


@dataclass(frozen=True, slots=True)
class Board:
    """Groups in their order, and how many leaves did not fit."""

    groups: list[Group]
    total: int
    more: int


def board_of(
    scenario: Scenario, *, by: str, show: str, today: date, mine: Any = None, text: str = ""
) -> Board:
    """Return the leaves of the scenario in groups; with several labels a leaf stands in each.

    ``mine`` is a person to whom it is narrowed, ``text`` part of a name.
    """
    works = works_of(scenario.project_id)
    unblocked = unblocked_ids(scenario)
    rows = selectors.tasks_of(scenario).exclude(kind=TaskKind.SUMMARY)
    rows = rows.exclude(pk__in=veil.hidden_ids())
    rows = selectors.with_scenario(rows).order_by("start", "position")
    if show != "all":
        rows = rows.filter(actual_finish=None)
    if show == "unblocked":
        rows = rows.filter(pk__in=unblocked)
    if text:
        rows = rows.filter(name__icontains=text)
    found = [task for task in rows if mine is None or _is_of(works.get(task.key), mine)]
    groups: dict[tuple[Any, str], list[BoardRow]] = defaultdict(list)
    for task in found[:MOST_ROWS]:
        work = works.get(task.key, NOTHING)
        is_late = bool(task.finish and task.finish.date() < today and not task.actual_finish)
        row = BoardRow(task, work, task.pk in unblocked, is_late)
        for group in _GROUPS_OF[by](task, work):
            groups[group].append(row)
    ordered = sorted(groups.items(), key=lambda item: item[0])
    shown = [Group(title, members) for (_order, title), members in ordered]
    return Board(shown, len(found), max(len(found) - MOST_ROWS, 0))


def _is_of(work: Work | None, person_id: Any) -> bool:
    return work is not None and any(person.pk == person_id for person in work.assignees)


def _by_assignee(_task: Task, work: Work) -> Groups:
    people = [((0, str(one).casefold()), str(one)) for one in work.assignees]
    return people or [((1, ""), _("Nobody yet"))]


def _by_priority(_task: Task, work: Work) -> Groups:
    title = work.priority.label if work.priority else _("No priority")
    return [((-work.priority, ""), str(title))]


def _by_cycle(_task: Task, work: Work) -> Groups:
    if work.cycle is None:
        return [((1, ""), _("In no cycle"))]
    return [((0, work.cycle.first_day.isoformat()), work.cycle.name)]


def _by_label(_task: Task, work: Work) -> Groups:
    labels = [((0, label.name.casefold()), label.name) for label in work.labels]
    return labels or [((1, ""), _("No label"))]


def _by_status(task: Task, _work: Work) -> Groups:
    order = {"in_progress": 0, "not_started": 1, "finished": 2}
    return [((order[task.status], ""), str(task.status.label))]


_GROUPS_OF: Mapping[str, Callable[[Task, Work], Groups]] = {
    "assignee": _by_assignee,
    "priority": _by_priority,
    "cycle": _by_cycle,
    "label": _by_label,
    "status": _by_status,
}


def work_of_person(who: selectors.Who, person: User, *, today: date) -> list[Group]:
    """Return what a person has to do in the promised plans, by project."""
    given = TaskAssignee.objects.filter(
        person=person, project__in=selectors.projects_for(who).filter(archived_at=None)
    )
    pairs = set(given.values_list("project_id", "key"))
    rows = (
        selectors.tasks_for(who)
        .exclude(pk__in=veil.hidden_ids())
        .filter(
            scenario__is_baseline=True,
            actual_finish=None,
            scenario__project__in={project for project, _key in pairs},
            key__in={key for _project, key in pairs},
        )
        .order_by("scenario__project__name", "start", "position")[:MOST_ROWS]
    )
    groups: dict[Project, list[BoardRow]] = defaultdict(list)
    for task in rows:
        project = task.scenario.project
        if (project.pk, task.key) in pairs:
            is_late = bool(task.finish and task.finish.date() < today)
            row = BoardRow(task, NOTHING, is_unblocked=False, is_late=is_late)
            groups[project].append(row)
    for project, found in groups.items():
        works = works_of(project.pk, [row.task.key for row in found])
        free = unblocked_ids(found[0].task.scenario)
        groups[project] = [
            replace(row, work=works.get(row.task.key, NOTHING), is_unblocked=row.task.pk in free)
            for row in found
        ]
    return [Group(project.name, found) for project, found in groups.items()]
