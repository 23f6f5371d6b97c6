"""The rows and links of a whole plan in a few narrow columns, kept in memory by its revision.

Every window of a table needs to know a little of every row: where it stands, how deep, whose
link it ends. This is read once after each change, and what a page shows is read for its rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from uuid import UUID

from planning.models import Dependency, Scenario
from planning.outline import Outline, levels_of, outlines_of
from planning.task_text import LinkRow

KEPT = 24
"""As many plans as a process remembers snapshots; one of 5,000 tasks takes some megabytes."""


@dataclass(frozen=True)
class Sketch:
    """A plan's tasks in table order, and its links."""

    outlines: Sequence[Outline]
    links: Sequence[LinkRow]

    @cached_property
    def by_id(self) -> Mapping[UUID, Outline]:
        return {outline.id: outline for outline in self.outlines}

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each task stands when every row is shown, by its key."""
        return places_of(self.outlines)

    @cached_property
    def levels(self) -> Mapping[UUID, int]:
        return levels_of(self.outlines)

    @cached_property
    def numbers(self) -> Mapping[UUID, int]:
        return {outline.id: outline.number for outline in self.outlines}

    @cached_property
    def reach(self) -> list[datetime]:
        """The first and the last moment of any task; nothing where none has dates."""
        return reach_of(self.outlines)

    @cached_property
    def links_into(self) -> Mapping[UUID, Sequence[LinkRow]]:
        """The links that each task waits for."""
        return _grouped((link.successor_id, link) for link in self.links)

    @cached_property
    def links_from(self) -> Mapping[UUID, Sequence[LinkRow]]:
        """The links that wait for each task."""
        return _grouped((link.predecessor_id, link) for link in self.links)

    def links_at(self, tasks: Iterable[UUID]) -> list[LinkRow]:
        """The links that begin or end at any of these tasks, each once."""
        found = {
            link.id: link
            for task in tasks
            for links in (self.links_into, self.links_from)
            for link in links.get(task, ())
        }
        return list(found.values())


def sketch_of(scenario: Scenario) -> Sketch:
    """Return the plan as it stands, from memory where it is known."""
    return _sketch(scenario.pk, scenario.head)


def places_of(outlines: Iterable[Outline]) -> dict[str, int]:
    """Return where each task stands in these rows, by its key."""
    return {outline.key: place for place, outline in enumerate(outlines)}


def reach_of(outlines: Iterable[Outline]) -> list[datetime]:
    """Return the first and the last moment of these rows; nothing where none has dates."""
    moments = [
        moment
        for outline in outlines
        for moment in (outline.start, outline.finish)
        if moment is not None
    ]
    return [min(moments), max(moments)] if moments else []


@lru_cache(maxsize=KEPT)
def _sketch(scenario_id: UUID, head: UUID) -> Sketch:
    """``head`` names the state of the plan, so nothing kept here is ever out of date."""
    links = Dependency.objects.filter(scenario=scenario_id).values_list(*LinkRow._fields)
    return Sketch(outlines_of(Scenario(pk=scenario_id)), [LinkRow(*values) for values in links])


def _grouped(pairs: Iterable[tuple[UUID, LinkRow]]) -> Mapping[UUID, Sequence[LinkRow]]:
    found: dict[UUID, list[LinkRow]] = defaultdict(list)
    for task, link in pairs:
        found[task].append(link)
    return dict(found)
