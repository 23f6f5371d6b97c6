"""Finding tasks, updates, scenarios and projects by what is typed, also with a slip of the key.

Row-level security keeps text operators away from indexes (none of them is leakproof), so a
search first narrows to rows by their scenario, through the index on workspace and scenario, and
then reads those: the plan that is open, and the baseline of every other project.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector, TrigramWordSimilarity
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from planning import selectors, veil
from planning.models import Project, Scenario, Task, Update

MOST_HITS = 12
ENOUGH_HITS = 5
ALIKE = 0.45
MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    kind: str
    title: str
    detail: str
    url: str


def find(membership: selectors.Who, text: str, *, scenario: Scenario | None = None) -> list[Hit]:
    """Return what matches ``text`` among what a person may read, the open plan's tasks first."""
    text = " ".join(text.replace("\x00", "").split())[:MOST_CHARACTERS]
    if not text:
        return []
    tasks = list(_tasks(membership, text, scenario))
    return [*tasks, *_places(membership, text), *_updates(membership, text)]


def _tasks(membership: selectors.Who, text: str, scenario: Scenario | None) -> Iterator[Hit]:
    narrowed = (
        Task.objects.filter(scenario__in=_searched(membership, scenario))
        .exclude(pk__in=veil.hidden_ids())
        .select_related("scenario__project")
        .alias(words=SearchVector("name", config="simple"))
    )
    open_first = _open_first(scenario)
    found = list(narrowed.filter(_exact(text)).order_by(open_first, "position")[:MOST_HITS])
    if len(found) < ENOUGH_HITS:
        likeness = TrigramWordSimilarity(text, "name")
        close = narrowed.alias(likeness=likeness).filter(likeness__gte=ALIKE)
        others = close.exclude(pk__in=[task.pk for task in found])
        ordered = others.order_by(open_first, likeness.desc(), "position")
        found += ordered[: MOST_HITS - len(found)]
    yield from map(_task_hit, found)


def _searched(membership: selectors.Who, scenario: Scenario | None) -> list[Scenario]:
    """Return the plans to look in, read first: a list lets the index on scenarios serve."""
    readable = selectors.scenarios_for(membership).filter(archived_at__isnull=True)
    wanted = Q(is_baseline=True)
    if scenario is not None:
        wanted = (wanted & ~Q(project=scenario.project_id)) | Q(pk=scenario.pk)
    return list(readable.filter(wanted))


def _open_first(scenario: Scenario | None) -> Case:
    is_open = When(scenario=scenario.pk if scenario else None, then=Value(0))
    return Case(is_open, default=Value(1), output_field=IntegerField())


def _exact(text: str) -> Q:
    rule = Q(name__icontains=text) | Q(words=SearchQuery(text, config="simple"))
    number = text.rpartition("-")[2]
    if number.isdecimal() and len(number) < 10:
        rule |= Q(number=int(number))
    return rule


def _task_hit(task: Task) -> Hit:
    project = task.scenario.project
    detail = f"{project.code}-{task.number} · {project.name} · {task.scenario.name}"
    url = reverse("planning:scenario", args=[task.scenario_id])
    return Hit(_("Task"), task.name, detail, f"{url}?task={task.number}")


def _places(membership: selectors.Who, text: str) -> Iterator[Hit]:
    projects = selectors.projects_for(membership).filter(archived_at__isnull=True)
    named = projects.filter(Q(name__icontains=text) | Q(code__iexact=text))
    for project in named.order_by("name")[:ENOUGH_HITS]:
        yield Hit(_("Project"), project.name, project.code, project.get_absolute_url())
    scenarios = selectors.scenarios_for(membership).filter(archived_at__isnull=True)
    for plan in scenarios.filter(name__icontains=text).order_by("name")[:ENOUGH_HITS]:
        yield Hit(_("Plan"), plan.name, plan.project.name, plan.get_absolute_url())


def _updates(membership: selectors.Who, text: str) -> Iterator[Hit]:
    readable: Iterable[Project] = selectors.projects_for(membership)
    every = Update.objects.filter(project__in=readable).select_related("project")
    notes = selectors.readable_updates(every)
    words = SearchVector(F("title"), F("body"), config="simple")
    query = SearchQuery(text, config="simple")
    for note in notes.alias(words=words).filter(words=query).order_by("-created_at")[:ENOUGH_HITS]:
        yield Hit(_("Update"), str(note), note.project.name, note.project.get_absolute_url())
