"""Three-way merge of plans: by key, field by field, nothing guessed.

``base`` is what both sides once were. What only *theirs* changed is taken;
what both changed alike is there already; what both changed differently is a
:class:`Conflict` that someone decides. A row that one side removed while the
other changed it, or made something stand on it, is a conflict of the whole
row. :func:`merged` gives the plan once every conflict is decided.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from planning.core.diff import apply, collection_of, common_units, diff
from planning.core.durations import Units
from planning.core.edits import Edit, EditKind, What
from planning.core.plan import Plan, PlanError, Task
from planning.core.references import Place, references, without_dangling
from planning.core.schedule import schedule
from planning.core.validation import validate
from planning.core.words import ROW_KINDS, RowKind


class Side(StrEnum):
    """Whose version stands."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that both sides changed, each in its own way.

    ``field`` is empty where the whole row is at stake, since one side removed
    it; that side's value is None. Values stand in the words of the plan file.
    """

    kind: EditKind
    key: str
    field: str
    base: Any
    ours: Any
    theirs: Any

    @property
    def id(self) -> str:
        """The name under which the conflict is decided."""
        return f"{self.kind}:{self.field}:{self.key}"

    @property
    def place(self) -> Place:
        """The row that is at stake."""
        return collection_of(self.kind), self.key


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge would do: the edits that are clear, and what is not.

    ``edits`` turn ours into the merged plan but for the conflicts.
    """

    edits: tuple[Edit, ...]
    conflicts: tuple[Conflict, ...]


def merge(
    base: Plan, ours: Plan, theirs: Plan, *, chosen: Collection[Place] | None = None
) -> Merge:
    """Return what of theirs is clear to take and what must be decided.

    Parameters
    ----------
    base, ours, theirs : Plan
        The common ancestor, the plan that receives, and the one that gives.
    chosen : collection of (collection, key), optional
        The rows of theirs to take, as ``("tasks", "A")``; all by default. An
        added row that a chosen one stands on is taken with it.

    Returns
    -------
    Merge
        Without edits where theirs is base or ours; without conflicts where
        the two sides touched different rows or fields.
    """
    return _Sides(base, ours, theirs, chosen).merge()


def merged(
    base: Plan,
    ours: Plan,
    theirs: Plan,
    decisions: Mapping[str, Side] | None = None,
    *,
    chosen: Collection[Place] | None = None,
) -> Plan:
    """Return ours with theirs merged in.

    Parameters
    ----------
    base, ours, theirs : Plan
        As for :func:`merge`.
    decisions : mapping of str to Side, optional
        For each conflict's ``id`` whose version stands. A row that stays
        keeps what stood on it; a row that goes takes with it what stands on
        it.
    chosen : collection of (collection, key), optional
        As for :func:`merge`.

    Returns
    -------
    Plan
        Not yet checked: a link of ours and one of theirs may close a circle
        together, which :func:`check_merged` names.

    Raises
    ------
    PlanError
        If a conflict is not decided.
    """
    return _Sides(base, ours, theirs, chosen).merged(decisions or {})


def check_merged(plan: Plan) -> None:
    """Refuse a merged plan that is no plan, before anything is written.

    Raises
    ------
    PlanError
        If links of both sides close a circle together, parents of calendars
        or tasks go round, or a calendar that is needed never works.
    """
    validate(plan)
    schedule(plan)


class _Sides:
    """Three plans, what each side did to the first, and where they clash."""

    def __init__(
        self, base: Plan, ours: Plan, theirs: Plan, chosen: Collection[Place] | None
    ) -> None:
        self.base, self.ours, self.theirs = base, ours, theirs
        self.is_whole = chosen is None
        self.units: Units = common_units(base, ours, theirs)
        self.our_edits = _by_place(diff(base, ours, units=self.units))
        self.their_edits = _by_place(diff(base, theirs, units=self.units))
        self.base_rows, self.our_rows, self.their_rows = map(_rows, (base, ours, theirs))
        if chosen is not None:
            wanted = self._with_what_they_stand_on(chosen)
            self.their_edits = {
                place: edits for place, edits in self.their_edits.items() if place in wanted
            }

    def merge(self) -> Merge:
        edits: list[Edit] = []
        conflicts: dict[str, Conflict] = {}
        contested = self._contested()
        for place, theirs in self.their_edits.items():
            if place in contested:
                continue
            for outcome in self._outcomes(place, theirs):
                if isinstance(outcome, Edit):
                    edits.append(outcome)
                else:
                    conflicts[outcome.id] = outcome
        for place in contested:
            conflict = self._row_conflict(place)
            conflicts[conflict.id] = conflict
        return Merge(tuple(edits), tuple(conflicts.values()))

    def merged(self, decisions: Mapping[str, Side]) -> Plan:
        plan = self.merge()
        for conflict in plan.conflicts:
            if conflict.id not in decisions:
                raise PlanError(f"Decide first what becomes of {_called(conflict)}.")
        kept = {
            conflict.place
            for conflict in plan.conflicts
            if not conflict.field and _stands(conflict, decisions[conflict.id])
        }
        edits = [edit for edit in plan.edits if not self._takes_from(edit, kept)]
        for conflict in plan.conflicts:
            edits.extend(self._decided(conflict, decisions[conflict.id]))
        edits.extend(self._restored(kept, edits))
        return self._in_order(without_dangling(apply(edits, self.ours)))

    def _with_what_they_stand_on(self, chosen: Collection[Place]) -> set[Place]:
        """Return the chosen rows and those that theirs added below them."""
        wanted = set(chosen)
        waiting = list(chosen)
        while waiting:
            for needed in references(self.their_rows.get(waiting.pop())):
                if needed not in wanted and needed not in self.our_rows:
                    wanted.add(needed)
                    waiting.append(needed)
        return wanted

    def _outcomes(self, place: Place, theirs: dict[str, Edit]) -> Iterator[Edit | Conflict]:
        """Yield for one row what is clear and what both sides changed."""
        ours = self.our_edits.get(place, {})
        whole = theirs.get("")
        if whole is not None and whole.what is What.ADDED and "" in ours:
            yield from self._both_added(place)
        elif whole is not None:
            if not ours:
                yield whole
        elif "" not in ours:
            for field, edit in theirs.items():
                mine = ours.get(field)
                if mine is None:
                    yield edit
                elif mine.after != edit.after:
                    yield Conflict(edit.kind, edit.key, field, edit.before, mine.after, edit.after)

    def _both_added(self, place: Place) -> Iterator[Conflict]:
        kind = _KINDS[place[0]]
        ours, theirs = self.our_rows[place], self.their_rows[place]
        for name, field in kind.fields.items():
            if field.value(ours) != field.value(theirs):
                mine, other = field.write(ours, self.units), field.write(theirs, self.units)
                yield Conflict(field.kind, place[1], name, None, mine, other)

    def _contested(self) -> dict[Place, None]:
        """Return the rows that one side removed and the other one needs."""
        contested: dict[Place, None] = {}
        for removers, others, rows in (
            (self.their_edits, self.our_edits, self.our_rows),
            (self.our_edits, self.their_edits, self.their_rows),
        ):
            gone = {place for place, edits in removers.items() if _is_removal(edits)}
            for place, edits in others.items():
                if place in gone and not _is_removal(edits):
                    contested[place] = None
                if place in rows and place not in gone:
                    for needed in self._new_references(place, rows[place]):
                        if needed in gone:
                            contested[needed] = None
            calendar = others.get(("project", "calendar"))
            if calendar and ("calendars", calendar["calendar"].after) in gone:
                contested["calendars", calendar["calendar"].after] = None
        return contested

    def _new_references(self, place: Place, row: Any) -> Iterator[Place]:
        """Yield what a row stands on now and did not stand on in the base."""
        before = set(references(self.base_rows[place])) if place in self.base_rows else set()
        for needed in references(row):
            if needed not in before:
                yield needed

    def _row_conflict(self, place: Place) -> Conflict:
        base, ours, theirs = (
            self._words(place, rows) for rows in (self.base_rows, self.our_rows, self.their_rows)
        )
        return Conflict(_KINDS[place[0]].kind, place[1], "", base, ours, theirs)

    def _words(self, place: Place, rows: Mapping[Place, Any]) -> dict[str, Any] | None:
        row = rows.get(place)
        return None if row is None else _KINDS[place[0]].write(row, self.units)

    def _takes_from(self, edit: Edit, kept: set[Place]) -> bool:
        """Whether the edit removes a row that stands on one that stays."""
        if edit.what is not What.REMOVED:
            return False
        row = self.base_rows.get((collection_of(edit.kind), edit.key))
        return any(place in kept for place in references(row))

    def _decided(self, conflict: Conflict, side: Side) -> Iterator[Edit]:
        if side is Side.OURS:
            return
        kind, key = conflict.kind, conflict.key
        if conflict.field:
            yield Edit(kind, key, What.CHANGED, conflict.field, conflict.ours, conflict.theirs)
        elif conflict.theirs is None:
            yield Edit(kind, key, What.REMOVED, before=conflict.ours)
        else:
            yield Edit(kind, key, What.ADDED, after=conflict.theirs)

    def _restored(self, kept: set[Place], edits: list[Edit]) -> Iterator[Edit]:
        """Yield again from theirs what ours removed and what a kept row needs.

        The parents of a kept task come back with it, and so do the links and
        correlations between rows that are there.
        """
        added = {(collection_of(e.kind), e.key) for e in edits if e.what is What.ADDED}
        there = (set(self.our_rows) | added) - {
            (collection_of(e.kind), e.key) for e in edits if e.what is What.REMOVED
        }
        waiting = [place for place in kept if place not in self.our_rows]
        while waiting:
            for needed in references(self.their_rows[waiting.pop()]):
                if needed not in there and needed in self.their_rows:
                    there.add(needed)
                    waiting.append(needed)
                    kept.add(needed)
                    yield self._added(needed)
        for place, row in self.their_rows.items():
            is_link = place[0] in {"dependencies", "correlations"}
            if is_link and place not in there and place in self.base_rows:
                needs = set(references(row))
                if needs & kept and needs <= there and place in self.our_edits:
                    yield self._added(place)

    def _added(self, place: Place) -> Edit:
        kind = _KINDS[place[0]]
        words = kind.write(self.their_rows[place], self.units)
        return Edit(kind.kind, place[1], What.ADDED, after=words)

    def _in_order(self, plan: Plan) -> Plan:
        """Return the plan in the order of theirs where ours moved nothing."""
        if not self.is_whole:
            return plan
        keys = {task.key for task in self.base.tasks}
        before = [task.key for task in self.base.tasks if self.ours.has_task(task.key)]
        if before != [task.key for task in self.ours.tasks if task.key in keys]:
            return plan
        return replace(plan, tasks=_ordered(plan.tasks, self.theirs.tasks))


_KINDS: dict[str, RowKind] = {kind.collection: kind for kind in ROW_KINDS}


def _by_place(edits: Iterable[Edit]) -> dict[Place, dict[str, Edit]]:
    grouped: dict[Place, dict[str, Edit]] = defaultdict(dict)
    for edit in edits:
        grouped[collection_of(edit.kind), edit.key][edit.field] = edit
    return dict(grouped)


def _rows(plan: Plan) -> dict[Place, Any]:
    return {
        (kind.collection, row.key): row
        for kind in ROW_KINDS
        for row in getattr(plan, kind.collection)
    }


def _is_removal(edits: Mapping[str, Edit]) -> bool:
    return "" in edits and edits[""].what is What.REMOVED


def _stands(conflict: Conflict, side: Side) -> bool:
    return (conflict.ours if side is Side.OURS else conflict.theirs) is not None


def _called(conflict: Conflict) -> str:
    what = f"{conflict.field} of " if conflict.field else ""
    return f"{what}the {conflict.kind} “{conflict.key}”"


def _ordered(rows: Sequence[Task], like: Sequence[Task]) -> tuple[Task, ...]:
    """Return ``rows`` in the order of ``like``; others stay below their neighbour."""
    place = {task.key: index for index, task in enumerate(like)}
    groups: list[list[Task]] = []
    head: list[Task] = []
    for task in rows:
        if task.key in place:
            groups.append([task])
        else:
            (groups[-1] if groups else head).append(task)
    groups.sort(key=lambda group: place[group[0].key])
    return (*head, *(task for group in groups for task in group))
