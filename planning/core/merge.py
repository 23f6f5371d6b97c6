"""Three-way merge of plans: by key, field by field, nothing guessed.

``base`` is what both sides once were. What only *theirs* changed is taken;
what both changed alike is there already; what both changed differently is a
:class:`Conflict` that someone decides. Dates heard of other projects are nobody's
word: where both heard otherwise, those that were heard later stand. A row that
one side removed while the other changed it, or made something stand on it, is a
conflict of the whole row. :func:`merged` gives the plan once every conflict is decided.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from planning.core.diff import apply, collection_of, common_units, diff
from planning.core.durations import Units
from planning.core.edits import Edit, EditKind, What
from planning.core.plan import Plan, PlanError
from planning.core.references import Place, references, without_dangling
from planning.core.schedule import schedule
from planning.core.shares import with_shares
from planning.core.survival import lifted, saved_with
from planning.core.validation import validate
from planning.core.weaving import with_kinds_of, woven
from planning.core.wording import gettext as _
from planning.core.words import ROW_KINDS, RowKind

HEARD = "external_dates"


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

    ``edits`` turn ours into the merged plan but for the conflicts. ``heard`` names
    the tasks of which both heard otherwise when what they wait for is scheduled.
    """

    edits: tuple[Edit, ...]
    conflicts: tuple[Conflict, ...]
    heard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """A merged plan, and the keys of tasks in it whose summary is gone.

    Those stand one level up, or more, where neither side had put them.
    """

    plan: Plan
    lifted: tuple[str, ...]


def merge(
    base: Plan,
    ours: Plan,
    theirs: Plan,
    *,
    chosen: Collection[Place] | None = None,
    heard_later: Side = Side.OURS,
) -> Merge:
    """Return what of theirs is clear to take and what must be decided.

    Parameters
    ----------
    base, ours, theirs : Plan
        The common ancestor, the plan that receives, and the one that gives.
    chosen : collection of (collection, key), optional
        The rows of theirs to take, as ``("tasks", "A")``; all by default. An
        added row that a chosen one stands on is taken with it.
    heard_later : Side, optional
        Which of them heard of other projects last.

    Returns
    -------
    Merge
        Without edits where theirs is base or ours; without conflicts where
        the two sides touched different rows or fields.
    """
    return _Sides(base, ours, theirs, chosen, heard_later).merge()


def merged(
    base: Plan,
    ours: Plan,
    theirs: Plan,
    decisions: Mapping[str, Side] | None = None,
    *,
    chosen: Collection[Place] | None = None,
    heard_later: Side = Side.OURS,
) -> Plan:
    """Return ours with theirs merged in.

    Parameters
    ----------
    base, ours, theirs : Plan
        As for :func:`merge`.
    decisions : mapping of str to Side, optional
        For each conflict's ``id`` whose version stands. A task that stays
        keeps what stood below it and on it, and the summaries above it. One
        that goes takes with it what the same side removed; other tasks below
        it stand below the nearest summary that is left.
    chosen, heard_later : optional
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
    return joined(base, ours, theirs, decisions, chosen=chosen, heard_later=heard_later).plan


def joined(
    base: Plan,
    ours: Plan,
    theirs: Plan,
    decisions: Mapping[str, Side] | None = None,
    *,
    chosen: Collection[Place] | None = None,
    heard_later: Side = Side.OURS,
) -> Joined:
    """Return what :func:`merged` does, with what it had to move for it."""
    return _Sides(base, ours, theirs, chosen, heard_later).joined(decisions or {})


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
        self,
        base: Plan,
        ours: Plan,
        theirs: Plan,
        chosen: Collection[Place] | None,
        heard_later: Side,
    ) -> None:
        self.base, self.ours, self.theirs = base, ours, theirs
        self.heard_later = heard_later
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
        heard: list[str] = []
        contested = self._contested()
        for place, theirs in self.their_edits.items():
            if place in contested:
                continue
            for outcome in self._outcomes(place, theirs):
                if isinstance(outcome, Edit):
                    edits.append(outcome)
                elif outcome.field == HEARD:
                    heard.append(outcome.key)
                    edits.extend(self._heard(outcome))
                else:
                    conflicts[outcome.id] = outcome
        for place in contested:
            conflict = self._row_conflict(place)
            conflicts[conflict.id] = conflict
        return Merge(tuple(edits), tuple(conflicts.values()), tuple(heard))

    def joined(self, decisions: Mapping[str, Side]) -> Joined:
        plan = self.merge()
        for conflict in plan.conflicts:
            if conflict.id not in decisions:
                message = _("Decide first what becomes of %(what)s.")
                raise PlanError(message % {"what": _called(conflict)})
        saved = self._saved(plan, decisions)
        edits = [edit for edit in plan.edits if not _takes(edit, saved[Side.OURS])]
        for conflict in plan.conflicts:
            edits.extend(self._decided(conflict, decisions[conflict.id]))
        there = {(collection_of(e.kind), e.key) for e in edits if e.what is What.ADDED}
        there.update(self.our_rows)
        edits.extend(self._added(place) for place in self._in_theirs(saved[Side.THEIRS] - there))
        decided = {one.place for one in plan.conflicts if one.field}
        return self._settled(self._shared(apply(edits, self.ours), saved, decided))

    def _shared(self, plan: Plan, saved: dict[Side, set[Place]], decided: set[Place]) -> Plan:
        """Return the plan in which saved tasks have their shares of risks and drivers again."""
        for side, holder, remover in (
            (Side.OURS, self.our_rows, self.their_rows),
            (Side.THEIRS, self.their_rows, self.our_rows),
        ):
            kept = {key for collection, key in saved[side] if collection == "tasks"}
            plan = with_shares(
                plan, kept, holder=holder, remover=remover, base=self.base_rows, decided=decided
            )
        return plan

    def _settled(self, plan: Plan) -> Joined:
        """Return the plan with every row where it can stand."""
        rooted, moved = lifted(plan, self.their_rows, self.our_rows, self.base_rows)
        whole = without_dangling(rooted)
        ordered = woven(whole, self.base, self.ours, self.theirs, follows_theirs=self.is_whole)
        return Joined(with_kinds_of(ordered, self.ours, self.theirs), moved)

    def _saved(self, plan: Merge, decisions: Mapping[str, Side]) -> dict[Side, set[Place]]:
        """Return for each side its rows that stay, or return, since a decision keeps one."""
        whole = [conflict for conflict in plan.conflicts if not conflict.field]
        decided = {one.place for one in whole if not _stands(one, decisions[one.id])}
        found = {}
        for side, rows, removers in (
            (Side.OURS, self.our_rows, self.their_edits),
            (Side.THEIRS, self.their_rows, self.our_edits),
        ):
            gone = {place for place, edits in removers.items() if _is_removal(edits)}
            kept = {one.place for one in whole if one.place in rows} - decided
            found[side] = saved_with(kept, rows, gone, decided)
        return found

    def _in_theirs(self, places: set[Place]) -> Iterator[Place]:
        return (place for place in self.their_rows if place in places)

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

    def _heard(self, conflict: Conflict) -> Iterator[Edit]:
        """Yield what ours takes over: what theirs heard later, or of what ours waits not for."""
        sides = {Side.OURS: conflict.ours or [], Side.THEIRS: conflict.theirs or []}
        later = sides.pop(self.heard_later)
        (earlier,) = sides.values()
        dates = {(one["project"], one["task"]): one for one in [*earlier, *later]}
        found = list(dates.values())
        if found != conflict.ours:
            yield Edit(conflict.kind, conflict.key, What.CHANGED, HEARD, conflict.ours, found)

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

    def _added(self, place: Place) -> Edit:
        kind = _KINDS[place[0]]
        words = kind.write(self.their_rows[place], self.units)
        return Edit(kind.kind, place[1], What.ADDED, after=words)


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


def _takes(edit: Edit, saved: set[Place]) -> bool:
    """Whether the edit removes a row that stays."""
    return edit.what is What.REMOVED and (collection_of(edit.kind), edit.key) in saved


def _called(conflict: Conflict) -> str:
    words = {"kind": _(str(conflict.kind)), "key": conflict.key}
    if not conflict.field:
        return _("the %(kind)s “%(key)s”") % words
    return _("%(field)s of the %(kind)s “%(key)s”") % {**words, "field": _(conflict.field)}
