"""The rows and links of a whole plan in a few narrow columns, kept in memory by its revision.

Every window of a table needs to know a little of every row: where it stands, how deep, whose
link it ends. After a change of this process it is drawn from the plan in memory, and from the
sketch before it where that says the same; else it is read from the rows once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import is_
from uuid import UUID

from planning import snapshot, veil
from planning.core.plan import Task
from planning.models import Calendar, Dependency, Scenario
from planning.snapshot import Recent, Snapshot
from planning.table.outline import Outline, levels_of, outline_numbers_of, outlines_of, veiled
from planning.typed.tasks import LinkRow

KEPT = 24
"""As many plans as a process remembers snapshots; one of 5,000 tasks takes some megabytes."""


@dataclass(frozen=True)
class Links:
    """All links of a plan; ``source`` is what in memory they were drawn from."""

    rows: Sequence[LinkRow] = ()
    source: object = field(default=None, repr=False)

    @cached_property
    def into(self) -> Mapping[UUID, Sequence[LinkRow]]:
        """The links that each task waits for."""
        return _grouped((link.successor_id, link) for link in self.rows)

    @cached_property
    def leaving(self) -> Mapping[UUID, Sequence[LinkRow]]:
        """The links that wait for each task."""
        return _grouped((link.predecessor_id, link) for link in self.rows)

    def at(self, tasks: Iterable[UUID]) -> list[LinkRow]:
        """The links that begin or end at any of these tasks, each once."""
        found = {
            link.id: link
            for task in tasks
            for links in (self.into, self.leaving)
            for link in links.get(task, ())
        }
        return list(found.values())


@dataclass(frozen=True)
class Sketch:
    """A plan's tasks in table order, its links and the names of its calendars by their ids.

    ``drawn_from`` is the plan if in memory.
    """

    outlines: Sequence[Outline]
    links: Links = Links()
    drawn_from: Snapshot | None = field(default=None, repr=False)
    calendars: Mapping[UUID, str] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[UUID, Outline]:
        return {outline.id: outline for outline in self.outlines}

    @cached_property
    def by_key(self) -> Mapping[str, Outline]:
        return {outline.key: outline for outline in self.outlines}

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each task stands when every row is shown, by its key."""
        return places_of(self.outlines)

    @cached_property
    def levels(self) -> Mapping[UUID, int]:
        return levels_of(self.outlines)

    @cached_property
    def outline_numbers(self) -> Mapping[UUID, str]:
        return outline_numbers_of(self.outlines)

    @cached_property
    def numbers(self) -> Mapping[UUID, int]:
        return {outline.id: outline.number for outline in self.outlines}

    @cached_property
    def reach(self) -> list[datetime]:
        """The first and the last moment of any task; nothing where none has dates."""
        return reach_of(self.outlines)


recent: Recent[Sketch] = Recent(KEPT)
_last_heads: dict[UUID, UUID] = {}
"""The state that each scenario was last sketched in."""


def sketch_of(scenario: Scenario) -> Sketch:
    """Return the plan as it stands, from memory where it is known."""
    found = recent.get(scenario.head)
    if found is None:
        found = _drawn(scenario) or _read(scenario)
        recent.put(scenario.head, found)
        _last_heads[scenario.pk] = scenario.head
    return _veiled(found)


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


def _read(scenario: Scenario) -> Sketch:
    with veil.lifted():
        links = Dependency.objects.filter(scenario=scenario).values_list(*LinkRow._fields)
        calendars = Calendar.objects.filter(scenario=scenario).values_list("pk", "name")
        rows = [LinkRow(*values) for values in links]
        return Sketch(outlines_of(scenario), Links(rows), calendars=dict(calendars))


def _drawn(scenario: Scenario) -> Sketch | None:
    held = snapshot.recent.get(scenario.head)
    if held is None or not held.is_scheduled:
        return None
    last = _last_heads.get(scenario.pk)
    return sketch_from(held, (recent.get(last) if last else None) or Sketch(()))


def sketch_from(held: Snapshot, former: Sketch) -> Sketch:
    """Return the sketch of a plan in memory; ``former`` lends the outlines that are the same."""
    before, links = former.drawn_from, _links(held, former.links)
    ids = held.identities["calendars"]
    calendars = {ids[one.key].id: one.name for one in held.plan.calendars}
    if before is None or not _has_same_outline(before, held):
        return Sketch(_drawn_anew(held, former), links, held, calendars)
    dates, dates_before = held.schedule.tasks, before.schedule.tasks
    outlines = list(former.outlines)
    for place, (task, known) in enumerate(zip(held.plan.tasks, before.plan.tasks, strict=True)):
        if task is not known or dates[task.key] is not dates_before[task.key]:
            outlines[place] = _outline(task, held)
    return _lent(former, Sketch(outlines, links, held, calendars))


def _has_same_outline(before: Snapshot, held: Snapshot) -> bool:
    """Whether the same rows stand at the same places, below the same."""
    if before.identities["tasks"] is not held.identities["tasks"]:
        return False
    pairs = zip(before.plan.tasks, held.plan.tasks, strict=True)
    return all(
        one is other or (one.key == other.key and one.parent == other.parent)
        for one, other in pairs
    )


def _lent(former: Sketch, sketch: Sketch) -> Sketch:
    """Lend the sketch what the former one knows of rows that stand where they stood."""
    for name in ("places", "levels", "numbers"):
        if name in former.__dict__:
            sketch.__dict__[name] = former.__dict__[name]
    return sketch


def _drawn_anew(held: Snapshot, former: Sketch) -> list[Outline]:
    before = former.drawn_from
    if before is None:
        return [_outline(task, held) for task in held.plan.tasks]
    return [
        former.by_key[task.key] if _is_same(task, before, held) else _outline(task, held)
        for task in held.plan.tasks
    ]


def _is_same(task: Task, before: Snapshot, held: Snapshot) -> bool:
    """Whether both plans say the same of a task; what a change left alone is the same object."""
    key, rows, former_rows = task.key, held.identities["tasks"], before.identities["tasks"]
    return (
        before.plan.has_task(key)
        and before.plan.task(key) is task
        and before.schedule.tasks[key] is held.schedule.tasks[key]
        and former_rows[key] == rows[key]
        and (task.parent is None or former_rows[task.parent].id == rows[task.parent].id)
    )


def _outline(task: Task, held: Snapshot) -> Outline:
    dates, identity = held.schedule.tasks[task.key], held.identity("tasks", task.key)
    return Outline(
        id=identity.id,
        key=task.key,
        number=identity.number,
        name=task.name,
        parent_id=held.row_id("tasks", task.parent),
        kind=task.kind.value,
        start=dates.start,
        finish=dates.finish,
        percent_complete=task.percent_complete,
        is_critical=dates.critical,
        promised_start=task.promised_start,
        promised_finish=task.promised_finish,
        deadline=task.deadline,
        target=task.target,
        actual_finish=task.actual_finish,
    )


def _links(held: Snapshot, former: Links) -> Links:
    tasks, rows = held.identities["tasks"], held.identities["dependencies"]
    source = (held.plan.dependencies, rows)
    if isinstance(former.source, tuple) and all(map(is_, former.source, source)):
        return former
    drawn = [
        LinkRow(
            id=rows[link.key].id,
            predecessor_id=tasks[link.predecessor].id,
            successor_id=tasks[link.successor].id,
            type=link.type.value,
            lag_minutes=link.lag.minutes,
            lag_elapsed=link.lag.elapsed,
            lag_percent=link.lag.percent,
        )
        for link in held.plan.dependencies
    ]
    return Links(drawn, source)


def _veiled(sketch: Sketch) -> Sketch:
    """Return the sketch without what rules hide from whoever asks."""
    hidden = veil.hidden_ids()
    if not hidden:
        return sketch
    links = [
        link
        for link in sketch.links.rows
        if link.predecessor_id not in hidden and link.successor_id not in hidden
    ]
    outlines = [veiled(outline) for outline in sketch.outlines]
    return Sketch(outlines, Links(links), calendars=sketch.calendars)


def _grouped(pairs: Iterable[tuple[UUID, LinkRow]]) -> Mapping[UUID, Sequence[LinkRow]]:
    found: dict[UUID, list[LinkRow]] = defaultdict(list)
    for task, link in pairs:
        found[task].append(link)
    return dict(found)
