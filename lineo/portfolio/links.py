"""What waits for what across projects, for a person to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lineo.portfolio.models import Follow
from planning import columns, others, selectors
from planning.core.durations import EXACT
from planning.core.external_words import read_external_dates
from planning.core.plan import ExternalLink
from planning.forms.fields import units_of
from planning.models import Scenario, Task
from planning.typed import other_names
from planning.typed.other_names import OtherName

MOST_LINKS = 300


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link from a task of one project to a task of another."""

    task: Task
    other: OtherName
    link: ExternalLink
    heard: datetime | None

    @property
    def how(self) -> str:
        """Type and lag as a person types them: ``FS+2d``."""
        units = units_of(self.task.scenario)
        name = OtherName("x", is_typed=True)
        place = (self.link.project, self.link.task)
        text = other_names.links_text([self.link], {place: name}, units, typed=True)
        return text.removeprefix("x") or str(self.link.type)


def links_between(scenarios: Iterable[Scenario]) -> list[LinkRow]:
    """Return what the tasks of these scenarios wait for in other projects."""
    rows = Follow.objects.filter(scenario__in=list(scenarios))
    following = set(rows.values_list("scenario_id", flat=True))
    if not following:
        return []
    tasks = Task.objects.filter(scenario__in=following, options__has_key="external_links")
    ordered = selectors.with_scenario(tasks).order_by("scenario__project__name", "position")
    linked = [
        (task, columns.external_links_of(task.options))
        for task in others.readable(other_names.viewer(), ordered[:MOST_LINKS])
    ]
    names = other_names.names_of(others.places_of(link for _task, some in linked for link in some))
    return [
        LinkRow(task, names[link.project, link.task], link, _heard(task, link))
        for task, some in linked
        for link in some
    ]


def _heard(task: Task, link: ExternalLink) -> datetime | None:
    """Return the date that the plan last heard of the other end."""
    for one in read_external_dates(task.options.get("external_dates", []), EXACT):
        if (one.project, one.task) == (link.project, link.task):
            return one.start if link.type in ("SS", "SF") else one.finish
    return None


def waits_by_project(rows: Iterable[LinkRow]) -> dict[UUID, list[str]]:
    """Return the names of the projects that each project waits for."""
    found: dict[UUID, list[str]] = {}
    for row in rows:
        names = found.setdefault(row.task.scenario.project_id, [])
        name = row.other.project or row.other.label
        if name not in names:
            names.append(name)
    return found
