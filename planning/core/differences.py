"""What differs between two plans and what it does to the dates.

One value for the page, the API and the command, so that the three agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from planning.core.calendars import calendars_of
from planning.core.diff import diff
from planning.core.edits import Edit, EditKind, What
from planning.core.instants import to_minutes
from planning.core.plan import Plan
from planning.core.schedule import Schedule, schedule
from planning.core.sentences import Sentence, sentences

PROMISES = frozenset({"promised_start", "promised_finish"})


@dataclass(frozen=True, slots=True)
class Move:
    """A task that finishes at another time, by so many working minutes of the project."""

    key: str
    name: str
    before: datetime
    after: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Two plans beside each other.

    Attributes
    ----------
    edits
        Everything that differs, field by field.
    sentences
        The same for people, without promised dates.
    promised
        Of how many tasks the promised dates differ: a promotion freezes them
        all anew, which is told once.
    finish_before, finish_after, finish_minutes
        The planned finish, and by how much it moved in working minutes of the
        earlier plan's calendar.
    moves
        The tasks in both plans that finish at another time, the furthest
        moved first.
    """

    edits: tuple[Edit, ...]
    sentences: tuple[Sentence, ...]
    promised: int
    finish_before: datetime
    finish_after: datetime
    finish_minutes: int
    moves: tuple[Move, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two plans are alike."""
        return not self.edits


def difference(
    before: Plan,
    after: Plan,
    *,
    schedules: tuple[Schedule, Schedule] | None = None,
) -> Difference:
    """Return what differs between two plans.

    Parameters
    ----------
    before, after : Plan
        Rows are matched by key.
    schedules : pair of Schedule, optional
        Their dates, where they are known already.

    Raises
    ------
    PlanError
        If a plan can't be scheduled.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings, Task, standard_calendar
    >>> settings = ProjectSettings("Shed", datetime(2026, 1, 5, 8))
    >>> one = Plan(settings, (standard_calendar(),), (Task("A", "Dig", duration_minutes=480),))
    >>> two = replace(one, tasks=(Task("A", "Dig", duration_minutes=960),))
    >>> found = difference(one, two)
    >>> found.sentences[0].text, found.finish_minutes
    ('Dig: 1 d → 2 d', 480)
    """
    earlier, later = schedules or (schedule(before), schedule(after))
    edits = diff(before, after)
    told = [edit for edit in edits if edit.field not in PROMISES]
    return Difference(
        edits=edits,
        sentences=tuple(sentences(told, before, after)),
        promised=len({edit.key for edit in edits if edit.field in PROMISES}),
        finish_before=earlier.finish,
        finish_after=later.finish,
        finish_minutes=working_minutes(before, earlier.finish, later.finish),
        moves=tuple(sorted(_moves(before, after, earlier, later), key=_furthest)),
    )


def working_minutes(plan: Plan, first: datetime, last: datetime) -> int:
    """Return the working minutes of the project calendar from one moment to another."""
    time = calendars_of(plan.calendars)[plan.project.calendar]
    return time.work_between(to_minutes(first), to_minutes(last))


def counts(edits: tuple[Edit, ...]) -> dict[What, int]:
    """Return how many things were added, removed and changed."""
    things: dict[tuple[str, str], What] = {}
    for edit in edits:
        kind = EditKind.TASK if edit.kind in _FIELDS_OF_TASKS else edit.kind
        things.setdefault((kind, edit.key), edit.what)
    found = list(things.values())
    return {what: found.count(what) for what in What}


_FIELDS_OF_TASKS = {EditKind.ESTIMATE, EditKind.PROGRESS}


def _moves(before: Plan, after: Plan, earlier: Schedule, later: Schedule) -> Iterator[Move]:
    time = calendars_of(before.calendars)[before.project.calendar]
    parents = before.parents() | after.parents()
    for key, new in later.tasks.items():
        old = earlier.tasks.get(key)
        if old is None or old.finish == new.finish or key in parents:
            continue
        minutes = time.work_between(to_minutes(old.finish), to_minutes(new.finish))
        # Friday evening and Monday morning are one date in working time.
        if minutes:
            yield Move(key, after.task(key).name, old.finish, new.finish, minutes)


def _furthest(move: Move) -> tuple[int, datetime, str]:
    return -abs(move.minutes), move.after, move.key
