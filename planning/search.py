"""Finding tasks, updates, scenarios, projects and people, also with a slip of the key.

Row-level security keeps text operators away from indexes (none of them is
leakproof). Where there is much to search, a function of the database finds
candidates through its indexes and gives back their ids alone (see the
migration ``0009_search``); what is shown is read again here, through the walls
and as the policy lets this person read it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from lineo.accounts.models import Membership
from lineo.accounts.policy import Action
from lineo.alphabet import in_alphabet
from planning import selectors, veil
from planning.access import may_on
from planning.api import reads
from planning.models import Scenario, Task
from planning.people import matching, sees_addresses
from planning.searched import ENOUGH_HITS, Searched, searched

MOST_HITS = 12
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


Found = Mapping[str, Sequence[UUID]]
"""The ids of what may be shown, the best first, by what kind it is."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is found by a function of the database, which gives kinds and ids, and how it is shown.

    ``function`` is a name of our own, such as ``talk_find``; it takes the words and how many.
    """

    function: str
    hits: Callable[[selectors.Who, Found], Iterable[Hit]]


more_sources: list[Source] = []
"""What rooms above planning find: comments, references."""


def find(membership: selectors.Who, text: str, *, opened: UUID | None = None) -> list[Hit]:
    """Return what matches ``text`` among what a person may read, the open plan's tasks first."""
    text = " ".join(text.replace("\x00", "").split())[:MOST_CHARACTERS]
    if not text:
        return []
    within = searched(membership, text, opened)
    found = _candidates(text, within)
    return [
        *_tasks(found["task"], within),
        *_places(within),
        *_updates(membership, found["update"]),
        *(hit for source in more_sources for hit in source.hits(membership, found)),
        *_people(membership, text),
    ]


def in_that_order(rows: Iterable[Any], ids: Sequence[UUID], most: int) -> list[Any]:
    """Return the rows as their ids stand in ``ids``, no more than ``most``."""
    place = {pk: number for number, pk in enumerate(ids)}
    return sorted(rows, key=lambda row: place[row.pk])[:most]


def _asking(function: str, values: Sequence[Any], kind: str = "") -> str:
    marks = ", ".join(["%s"] * len(values))
    shown = f"'{kind}', id" if kind else "*"
    return f"SELECT {shown} FROM {function}({marks})"  # noqa: S608 - names of our own


def _candidates(text: str, within: Searched) -> Found:
    """Return what the functions of the database find, asked in one statement."""
    others = [pk for pk in within.plans if pk != within.opened]
    hidden = veil.hidden_ids()
    tasks = (text, _pattern(text), _number_in(text), within.opened, others, list(hidden), MOST_HITS)
    rest = (text, CANDIDATES)
    parts = [
        _asking("planning_find_tasks", tasks, "task"),
        _asking("planning_find_updates", rest, "update"),
        *(_asking(source.function, rest) for source in more_sources),
    ]
    found: dict[str, list[UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [*tasks, *rest * (len(parts) - 1)])
        for kind, pk in cursor.fetchall():
            found[kind].append(pk)
    found["task"] = [pk for pk in dict.fromkeys(found["task"]) if pk not in hidden][:MOST_HITS]
    return found


def _tasks(ids: Sequence[UUID], within: Searched) -> Iterator[Hit]:
    if not ids:
        return
    # By their ids alone: the planner may take each further condition for a reason to read a plan.
    found = Task.objects.filter(pk__in=ids).order_by().only("number", "name", "scenario_id")
    there = (row for row in found if row.scenario_id in within.plans)
    rows = in_that_order(there, ids, len(ids))
    rows.sort(key=lambda task: task.scenario_id != within.opened)
    for task in rows:
        yield _task_hit(task, within.plans[task.scenario_id])


def _pattern(text: str) -> str:
    for special in "\\%_":
        text = text.replace(special, f"\\{special}")
    return f"%{text}%"


def _number_in(text: str) -> int | None:
    number = text.rpartition("-")[2]
    is_number = number.isascii() and number.isdecimal() and len(number) <= 10
    return int(number) if is_number and int(number) <= _LARGEST_NUMBER else None


def _task_hit(task: Task, plan: Scenario) -> Hit:
    project = plan.project
    detail = f"{project.code}-{task.number} · {project.name} · {plan.name}"
    url = reverse("planning:scenario", args=[plan.pk])
    return Hit(_("Task"), task.name, detail, f"{url}?task={task.number}", "task")


def _places(within: Searched) -> Iterator[Hit]:
    for project in within.named_projects:
        yield Hit(_("Project"), project.name, project.code, project.get_absolute_url(), "project")
    for plan in within.named_plans:
        yield Hit(_("Plan"), plan.name, plan.project.name, plan.get_absolute_url(), "scenario")


def _updates(membership: selectors.Who, ids: Sequence[UUID]) -> Iterator[Hit]:
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
    by_person = {row.person: row for row in rows}
    is_told = sees_addresses(membership)
    people = sorted(by_person, key=lambda person: in_alphabet(str(person)))
    found = matching(people, text.removeprefix("@"), by_address=is_told)
    for person in found[:ENOUGH_HITS]:
        url = reverse("planning:person-work", args=[person.pk])
        shows = is_told and not person.is_agent
        detail = person.email if shows else by_person[person].get_role_display()
        yield Hit(_("Person"), str(person), detail, url, "person")
