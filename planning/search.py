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
from planning.people import matching

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
    plans = _searched(membership, scenario)
    opened = [plan.pk for plan in plans if scenario is not None and plan.pk == scenario.pk]
    others = [plan.pk for plan in plans if plan.pk not in opened]

    def candidates(*, is_close: bool) -> list[UUID]:
        values = (text, _pattern(text), is_close, opened, others, CANDIDATES)
        return [pk for (pk,) in called("planning_find_tasks", *values)]

    exact = [*_numbered(text, [*opened, *others]), *candidates(is_close=False)]
    # What is merely alike is asked for where nothing is exact: it costs ten times as much.
    close = [] if exact else candidates(is_close=True)
    # Among plans that are known to be readable: a join with all of them would read every task.
    rows = Task.objects.filter(pk__in={*exact, *close} - veil.hidden_ids())
    rows = rows.filter(scenario__in=[*opened, *others]).select_related("scenario__project")
    by_id = {task.pk: task for task in rows}
    best = _best([by_id[pk] for pk in set(exact) if pk in by_id], text, opened)
    best += [by_id[pk] for pk in close if pk in by_id and pk not in set(exact)]
    yield from map(_task_hit, best[:MOST_HITS])


def _best(rows: Iterable[Task], text: str, opened: Sequence[UUID]) -> list[Task]:
    """Return the exact ones: the open plan's, the number, names that begin so, by the table."""
    number = _number_in(text)
    wanted = text.casefold()
    ordered = sorted(
        rows,
        key=lambda task: (
            task.scenario_id not in opened,
            task.number != number,
            not task.name.casefold().startswith(wanted),
            task.scenario_id,
            task.position,
        ),
    )
    return ordered[:MOST_HITS]


def _pattern(text: str) -> str:
    for special in "\\%_":
        text = text.replace(special, f"\\{special}")
    return f"%{text}%"


def _number_in(text: str) -> int | None:
    number = text.rpartition("-")[2]
    is_number = number.isascii() and number.isdecimal() and len(number) <= 10
    return int(number) if is_number and int(number) <= _LARGEST_NUMBER else None


def _numbered(text: str, scenarios: Sequence[UUID]) -> list[UUID]:
    number = _number_in(text)
    if number is None:
        return []
    rows = Task.objects.filter(scenario__in=scenarios, number=number)
    return list(rows.values_list("pk", flat=True)[:MOST_HITS])


def _searched(membership: selectors.Who, scenario: Scenario | None) -> list[Scenario]:
    """Return the plans to look in: the open one, and every other project's baseline."""
    readable = selectors.scenarios_for(membership).filter(archived_at__isnull=True)
    wanted = Q(is_baseline=True)
    if scenario is not None:
        wanted = (wanted & ~Q(project=scenario.project_id)) | Q(pk=scenario.pk)
    return list(readable.filter(wanted).only("pk", "project_id"))


def _task_hit(task: Task) -> Hit:
    project = task.scenario.project
    detail = f"{project.code}-{task.number} · {project.name} · {task.scenario.name}"
    url = reverse("planning:scenario", args=[task.scenario_id])
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
    """People of the workspace, for who may read in all of it; a guest knows those of a project."""
    if membership is None or not may_on(None, membership, Action.READ):
        return
    rows = Membership.objects.filter(
        workspace=membership.workspace_id, is_suspended=False, person__is_active=True
    ).select_related("person")
    wanted = text.removeprefix("@")
    found = matching([row.person for row in rows], wanted)[:ENOUGH_HITS]
    for person in found:
        url = reverse("planning:person-work", args=[person.pk])
        yield Hit(_("Person"), str(person), person.email, url, "person")
