"""Finding tasks, updates, scenarios, projects and people, also with a slip of the key.

Row-level security keeps text operators away from indexes (none of them is
leakproof). Where there is much to search, a function of the database finds
candidates through its indexes and gives back their ids alone (see the
migration ``0009_search``); what is shown is read again here, through the walls
and as the policy lets this person read it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from lineo.accounts.models import Membership
from lineo.accounts.policy import Action
from planning import selectors, veil
from planning.access import may_on
from planning.api import reads
from planning.models import Scenario, Task
from planning.people import matching, sees_addresses

MOST_HITS = 12
ENOUGH_HITS = 5
CANDIDATES = 200
MOST_CHARACTERS = 200
_LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found; ``code`` is what scripts call its kind."""

    kind: str
    title: str
    detail: str
    url: str
    code: str = ""


Source = Callable[[selectors.Who, str], Iterable[Hit]]
more_sources: list[Source] = []
"""What rooms above planning find: comments, references."""


def find(membership: selectors.Who, text: str, *, scenario: Scenario | None = None) -> list[Hit]:
    """Return what matches ``text`` among what a person may read, the open plan's tasks first."""
    text = " ".join(text.replace("\x00", "").split())[:MOST_CHARACTERS]
    if not text:
        return []
    hits = [
        *_tasks(membership, text, scenario),
        *_places(membership, text),
        *_updates(membership, text),
    ]
    for source in more_sources:
        hits += source(membership, text)
    return [*hits, *_people(membership, text)]


def in_that_order(rows: Iterable[Any], ids: Sequence[UUID], most: int) -> list[Any]:
    """Return the rows as their ids stand in ``ids``, no more than ``most``."""
    place = {pk: number for number, pk in enumerate(ids)}
    return sorted(rows, key=lambda row: place[row.pk])[:most]


def called(function: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return what a finding function of the database gives.

    ``function`` is a name of our own, such as ``talk_find``.
    """
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({marks})", values)  # noqa: S608 - a name of ours
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _tasks(membership: selectors.Who, text: str, scenario: Scenario | None) -> Iterator[Hit]:
    plans = {plan.pk: plan for plan in _searched(membership, scenario)}
    opened = scenario.pk if scenario is not None and scenario.pk in plans else None
    others = [pk for pk in plans if pk != opened]
    hidden = veil.hidden_ids()
    values = (_number_in(text), opened, others, list(hidden), MOST_HITS)
    named = called("planning_find_tasks", text, _pattern(text), *values)
    ids = list(dict.fromkeys(pk for (pk,) in named))[:MOST_HITS]
    # By their ids alone: the planner may take each further condition for a reason to read a plan.
    found = Task.objects.filter(pk__in=set(ids) - hidden).order_by()
    found = found.only("number", "name", "scenario_id")
    rows = in_that_order((row for row in found if row.scenario_id in plans), ids, len(ids))
    rows.sort(key=lambda task: task.scenario_id != opened)
    for task in rows:
        yield _task_hit(task, plans[task.scenario_id])


def _pattern(text: str) -> str:
    for special in "\\%_":
        text = text.replace(special, f"\\{special}")
    return f"%{text}%"


def _number_in(text: str) -> int | None:
    number = text.rpartition("-")[2]
    is_number = number.isascii() and number.isdecimal() and len(number) <= 10
    return int(number) if is_number and int(number) <= _LARGEST_NUMBER else None


def _searched(membership: selectors.Who, scenario: Scenario | None) -> list[Scenario]:
    """Return the plans to look in: the open one, and every other project's baseline."""
    readable = selectors.scenarios_for(membership).filter(archived_at__isnull=True)
    wanted = Q(is_baseline=True)
    if scenario is not None:
        wanted = (wanted & ~Q(project=scenario.project_id)) | Q(pk=scenario.pk)
    names = ("name", "project__name", "project__code")
    return list(readable.filter(wanted).order_by("project_id").only(*names))


def _task_hit(task: Task, plan: Scenario) -> Hit:
    project = plan.project
    detail = f"{project.code}-{task.number} · {project.name} · {plan.name}"
    url = reverse("planning:scenario", args=[plan.pk])
    return Hit(_("Task"), task.name, detail, f"{url}?task={task.number}", "task")


def _places(membership: selectors.Who, text: str) -> Iterator[Hit]:
    projects = selectors.projects_for(membership).filter(archived_at__isnull=True)
    named = projects.filter(Q(name__icontains=text) | Q(code__iexact=text))
    for project in named.order_by("name")[:ENOUGH_HITS]:
        yield Hit(_("Project"), project.name, project.code, project.get_absolute_url(), "project")
    scenarios = selectors.scenarios_for(membership).filter(archived_at__isnull=True)
    for plan in scenarios.filter(name__icontains=text).order_by("name")[:ENOUGH_HITS]:
        yield Hit(_("Plan"), plan.name, plan.project.name, plan.get_absolute_url(), "scenario")


def _updates(membership: selectors.Who, text: str) -> Iterator[Hit]:
    ids = [pk for (pk,) in called("planning_find_updates", text, CANDIDATES)]
    rows = reads.updates(membership).filter(pk__in=ids).select_related("project") if ids else ()
    for note in in_that_order(rows, ids, ENOUGH_HITS):
        url = reverse("talk:update-talk", args=[note.pk])
        yield Hit(_("Update"), str(note), note.project.name, url, "update")


def _people(membership: selectors.Who, text: str) -> Iterator[Hit]:
    """People of the workspace, for who may read in all of it; a guest knows those of a project.

    Their addresses are for who manages people, as on the page of members.
    """
    if membership is None or not may_on(None, membership, Action.READ):
        return
    rows = Membership.objects.filter(
        workspace=membership.workspace_id, is_suspended=False, person__is_active=True
    ).select_related("person")
    by_person = {row.person: row for row in rows.order_by("person__name", "pk")}
    is_told = sees_addresses(membership)
    found = matching([*by_person], text.removeprefix("@"), by_address=is_told)
    for person in found[:ENOUGH_HITS]:
        url = reverse("planning:person-work", args=[person.pk])
        shows = is_told and not person.is_agent
        detail = person.email if shows else by_person[person].get_role_display()
        yield Hit(_("Person"), str(person), detail, url, "person")
