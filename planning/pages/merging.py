"""What the merge page shows: the changes of theirs, the conflicts, and what each choice does."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from planning.core.diff import collection_of, common_units, diff
from planning.core.differences import working_minutes
from planning.core.edits import Edit
from planning.core.merge import Conflict, Side
from planning.core.plan import PlanError
from planning.core.references import Place
from planning.core.schedule import reschedule, schedule
from planning.core.sentences import label_of, names_of, said, told
from planning.pages.differences import GROUPS
from planning.services.merging import Chosen, Proposal

TRIED_CONFLICTS = 20
"""How many conflicts are tried both ways on the page; each costs a schedule."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person has chosen so far: rows, whose version stands, and what they looked at.

    ``chosen`` None takes every row.
    """

    chosen: Chosen = None
    decisions: Mapping[str, Side] = field(default_factory=dict)
    seen: tuple[int, int] | None = None

    def takes(self, place: Place) -> bool:
        """Whether the row is to be taken."""
        return self.chosen is None or place in self.chosen

    def to_json(self) -> dict[str, Any]:
        """Return the choice as a job's payload."""
        return {
            "chosen": None if self.chosen is None else sorted(map(list, self.chosen)),
            "decisions": {name: str(side) for name, side in self.decisions.items()},
            "seen": self.seen,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Choice":
        """Read what :meth:`to_json` wrote."""
        chosen = value["chosen"]
        seen = value["seen"]
        return cls(
            None if chosen is None else {(one[0], one[1]) for one in chosen},
            {name: Side(side) for name, side in value["decisions"].items()},
            None if seen is None else (seen[0], seen[1]),
        )


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One thing that both sides changed: all three versions, and what each would do."""

    id: str
    number: int
    field: str
    base: str
    ours: str
    theirs: str
    decided: str
    finish_ours: datetime | None
    finish_theirs: datetime | None


@dataclass(frozen=True, slots=True)
class MergeRow:
    """One row of theirs that can be taken."""

    value: str
    title: str
    phrases: tuple[str, ...]
    is_taken: bool
    touches_ours: bool
    conflicts: list[ConflictRow]


@dataclass(frozen=True, slots=True)
class MergeGroup:
    """The rows of one kind."""

    title: str
    rows: list[MergeRow]


@dataclass(frozen=True, slots=True)
class Effect:
    """What the choices so far do to the planned finish, or why they can't be.

    ``lifted`` names the tasks that would stand higher since their summary goes.
    """

    finish: datetime | None
    days: float
    error: str
    undecided: int
    lifted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MergePage:
    """Everything on the page.

    ``heard`` names the tasks of which both had heard other dates of other projects; those of
    ``heard_later``, ours or theirs, stand.
    """

    groups: list[MergeGroup]
    changed: int
    touching: int
    conflicts: int
    effect: Effect
    now: datetime
    heard: tuple[str, ...] = ()
    heard_later: str = ""


def choice_from(data: QueryDict, proposal: Proposal | None = None) -> Choice:
    """Return what a form says; what it does not know is passed over.

    Every row ticked means the whole, which a later merge can build on.
    """
    rows = {place_from(value) for value in data.getlist("row")} - {None}
    offered = set(places_of(proposal)) if proposal else set()
    is_whole = not data.get("choosing") or (bool(offered) and offered <= rows)
    decisions = {
        name.removeprefix("decide:"): Side(value)
        for name, value in data.items()
        if name.startswith("decide:") and value in set(Side)
    }
    return Choice(
        None if is_whole else {place for place in rows if place is not None},
        decisions,
        _seen(data),
    )


def merge_page(proposal: Proposal, choice: Choice) -> MergePage:
    """Return the page for the choices so far."""
    ours = proposal.plans[1]
    groups = _groups(proposal, choice)
    rows = [row for group in groups for row in group.rows]
    return MergePage(
        groups=groups,
        changed=len(rows),
        touching=sum(row.touches_ours for row in rows),
        conflicts=len(proposal.merge.conflicts),
        effect=effect_of(proposal, choice),
        now=schedule(ours).finish,
        heard=tuple(names_of(ours).get(key, key) for key in proposal.merge.heard),
        heard_later=str(proposal.heard_later),
    )


def effect_of(proposal: Proposal, choice: Choice) -> Effect:
    """Return what the choices so far do to the planned finish."""
    ours = proposal.plans[1]
    undecided = [
        one.id for one in proposal.conflicts(choice.chosen) if one.id not in choice.decisions
    ]
    try:
        found = proposal.joined(choice.decisions, choice.chosen)
        before = schedule(ours)
        finish = reschedule(before, found.plan).finish
    except PlanError as error:
        return Effect(None, 0.0, str(error), len(undecided))
    minutes = working_minutes(ours, before.finish, finish)
    days = minutes / ours.project.minutes_per_day
    names = tuple(found.plan.task(key).name for key in found.lifted)
    return Effect(finish, days, "", len(undecided), names)


def places_of(proposal: Proposal) -> dict[Place, list[Edit]]:
    """Return what of theirs is not there yet, row by row."""
    base, _ours, theirs = proposal.plans
    open_places = {(collection_of(one.kind), one.key) for one in proposal.merge.edits}
    open_places |= {one.place for one in proposal.merge.conflicts}
    found: defaultdict[Place, list[Edit]] = defaultdict(list)
    for edit in diff(base, theirs, units=common_units(*proposal.plans)):
        place = (collection_of(edit.kind), edit.key)
        if place in open_places:
            found[place].append(edit)
    for place in open_places - found.keys():
        found[place] = []
    return dict(found)


def _groups(proposal: Proposal, choice: Choice) -> list[MergeGroup]:
    base, ours, theirs = proposal.plans
    names = names_of(base) | names_of(ours) | names_of(theirs)
    touched = {(collection_of(e.kind), e.key) for e in diff(base, ours)}
    conflicts = _conflict_rows(proposal, choice, names)
    groups: dict[str, MergeGroup] = {}
    for place, edits in places_of(proposal).items():
        heading = "tasks" if place[0] == "dependencies" else place[0]
        group = groups.setdefault(heading, MergeGroup(str(GROUPS[heading]), []))
        title, phrases = _told(place, edits, names)
        group.rows.append(
            MergeRow(
                value=f"{place[0]}:{place[1]}",
                title=title,
                phrases=phrases,
                is_taken=choice.takes(place),
                touches_ours=place in touched,
                conflicts=conflicts.get(place, []),
            )
        )
    for group in groups.values():
        group.rows.sort(key=lambda row: not row.conflicts)
    return [groups[name] for name in GROUPS if name in groups]


def _told(
    place: Place, edits: Iterable[Edit], names: Mapping[str, str]
) -> tuple[str, tuple[str, ...]]:
    sentences = told(edits, names)
    if not sentences:
        return names.get(place[1], place[1]), ()
    return sentences[0].title, sentences[0].phrases


def _conflict_rows(
    proposal: Proposal, choice: Choice, names: Mapping[str, str]
) -> dict[Place, list[ConflictRow]]:
    found: defaultdict[Place, list[ConflictRow]] = defaultdict(list)
    for number, conflict in enumerate(proposal.merge.conflicts):
        finishes = (
            [_finish_if(proposal, choice, conflict, side) for side in (Side.OURS, Side.THEIRS)]
            if number < TRIED_CONFLICTS
            else [None, None]
        )
        found[conflict.place].append(
            ConflictRow(
                id=conflict.id,
                number=number,
                field=label_of(conflict.field) if conflict.field else "",
                base=_value(conflict, conflict.base, names),
                ours=_value(conflict, conflict.ours, names),
                theirs=_value(conflict, conflict.theirs, names),
                decided=str(choice.decisions.get(conflict.id, "")),
                finish_ours=finishes[0],
                finish_theirs=finishes[1],
            )
        )
    return found


def _finish_if(
    proposal: Proposal, choice: Choice, conflict: Conflict, side: Side
) -> datetime | None:
    """Return the planned finish if that conflict were decided so; None where it can't be."""
    try:
        decisions = {**choice.decisions, conflict.id: side}
        return schedule(proposal.merged(decisions, choice.chosen)).finish
    except PlanError:
        return None


def _value(conflict: Conflict, value: Any, names: Mapping[str, str]) -> str:
    if not conflict.field:
        return _("removed") if value is None else _("kept")
    return said(conflict.field, value, names)


def place_from(value: str) -> Place | None:
    """Return the row that ``tasks:A`` names, None where it names none."""
    collection, _colon, key = value.partition(":")
    known = collection in GROUPS or collection == "dependencies"
    return (collection, key) if known and key else None


def _seen(data: QueryDict) -> tuple[int, int] | None:
    texts = data.get("ours_revision", ""), data.get("theirs_revision", "")
    if all(one.isascii() and one.isdigit() and len(one) < 10 for one in texts):
        return int(texts[0]), int(texts[1])
    return None
