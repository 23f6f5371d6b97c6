"""Task → Node: what a leaf brings to the network, by the plan's family of rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from planning.core.calendars import CLOCK, Calendars, WorkingTime
from planning.core.instants import to_minutes
from planning.core.plan import (
    MINUTES_PER_CIVIL_DAY,
    Constraint,
    ConstraintType,
    LinkType,
    Plan,
    PlanError,
    ProjectSettings,
    Rules,
    Task,
    TaskKind,
)
from planning.core.scheduling.network import Node, Program, Snap, State, Wish
from planning.core.scheduling.outline import Outline

ALWAYS_HARD = frozenset({ConstraintType.MSO, ConstraintType.MFO})
UPPER = frozenset({ConstraintType.SNLT, ConstraintType.FNLT})
OF_SUMMARIES = frozenset({ConstraintType.SNET, ConstraintType.FNLT})
"""What a summary may ask of all that lies below it."""
PINNING = frozenset(
    {
        (ConstraintType.SNET, ConstraintType.SNLT),
        (ConstraintType.SNLT, ConstraintType.SNET),
        (ConstraintType.FNET, ConstraintType.FNLT),
        (ConstraintType.FNLT, ConstraintType.FNET),
    }
)
FOUR_WEEKS = 28 * MINUTES_PER_CIVIL_DAY
UNDATED = frozenset({ConstraintType.ASAP, ConstraintType.ALAP})
FROM_THE_START = (LinkType.SS, LinkType.SF)
TO_THE_FINISH = (LinkType.FF, LinkType.SF)


@dataclass(frozen=True, slots=True)
class Frame:
    """What all nodes and links share.

    ``start`` is the project's start or the data date, whichever is later;
    ``data_date`` the project's start where none is given. ``of_summaries`` has
    what constraints of summaries ask of the tasks directly below them.
    """

    project: ProjectSettings
    calendars: Calendars
    project_time: WorkingTime
    start: int
    given_data_date: int | None
    data_date: int
    must_finish_by: int | None
    is_msproject: bool
    of_summaries: Mapping[str, tuple[Wish, ...]] = field(default_factory=dict)


def node_of(task: Task, frame: Frame, outline: Outline) -> Node:
    """Return the node of a leaf, without links."""
    float_time = frame.calendars[task.calendar] if task.calendar else frame.project_time
    work = frame.calendars[task.work_calendar] if task.work_calendar else float_time
    duration = _duration(task)
    clock = CLOCK if task.elapsed else work
    begun = _begun(task, frame, clock, duration)
    state = _state(task, begun)
    node = Node(
        task=task,
        state=state,
        program=_program(task, state, frame),
        work=clock,
        hours=_hours(task, frame, work, float_time),
        float_time=float_time,
        duration=duration,
        remaining=_remaining(task, state, duration),
        snap=_snap(task),
        base=_base(task, frame),
        floor=None if frame.is_msproject else frame.start,
        actual_start=begun,
        actual_finish=_instant(task.actual_finish),
        delay=task.leveling_delay_minutes,
        alap=_is_alap(task),
        drives=task.key not in outline.inactive,
        keeps_wishes=frame.project.rules is not Rules.LINEO,
        lends_time_of_day=frame.project.rules is Rules.P6,
        is_pinned=_is_pinned(task),
        expected_finish=_instant(task.expected_finish),
        wishes=tuple(_wishes(task, frame)) if _has_wishes(task, frame) else (),
        deadline=_instant(task.deadline),
        open_finish=frame.must_finish_by,
        last_finish=_instant(task.external_finish),
    )
    _place(node, frame)
    if node.state == State.UNDER_WAY and node.wishes and frame.project.rules is Rules.P6:
        node.wishes = tuple(_once_begun(wish, node, frame) for wish in node.wishes)
    return node


def _hours(task: Task, frame: Frame, work: WorkingTime, own: WorkingTime) -> WorkingTime:
    """Return in which time a start or finish may stand.

    By P6's rules work that follows its people begins when both they and the
    activity work; of the two calendars that is the one with less time.
    """
    if task.elapsed and not frame.is_msproject:
        return CLOCK
    if work is own or frame.project.rules is not Rules.P6:
        return work
    later = frame.start + FOUR_WEEKS
    is_less = own.work_between(frame.start, later) < work.work_between(frame.start, later)
    return own if is_less else work


def _instant(moment: object) -> int | None:
    return None if moment is None else to_minutes(moment)  # type: ignore[arg-type]


def _begun(task: Task, frame: Frame, work: WorkingTime, duration: int) -> int | None:
    """Return when work began; None if it has not.

    Where only its end or its share is reported, by Lineo's rules, it has been worked on without a
    break until then: before its end, or before the data date.
    """
    if task.actual_start is not None or frame.project.rules is not Rules.LINEO:
        return _instant(task.actual_start or task.actual_finish)
    if not frame.project.counts_as_begun(task):
        return None
    until, done = _instant(task.actual_finish), duration
    if until is None:
        until, done = frame.data_date, max(0, duration - _left(task, duration))
    return min(until, max(to_minutes(frame.project.start), work.add(until, -done)))


def _state(task: Task, begun: int | None) -> State:
    if task.actual_finish is not None:
        return State.FINISHED
    return State.NOT_STARTED if begun is None else State.UNDER_WAY


def _duration(task: Task) -> int:
    if task.duration_minutes < 0:
        raise PlanError(f"The duration of “{task.name}” is negative.")
    if task.kind is TaskKind.MILESTONE or task.existence == 0:
        return 0
    return task.duration_minutes


def _remaining(task: Task, state: State, duration: int) -> int:
    if state == State.FINISHED:
        return 0
    if state == State.NOT_STARTED or task.existence == 0:
        return duration
    return _left(task, duration)


def _left(task: Task, duration: int) -> int:
    if task.remaining_minutes is not None:
        return max(0, task.remaining_minutes)
    return max(0, round(duration * (1 - task.percent_complete / 100)))


def _program(task: Task, state: State, frame: Frame) -> Program:
    if task.is_manual and state != State.FINISHED:
        return Program.FIXED
    if state == State.NOT_STARTED:
        return Program.FREE
    if frame.is_msproject:
        return Program.FIXED if state == State.FINISHED else Program.STARTED
    return Program.PASSING if state == State.FINISHED else Program.REMAINING


def _snap(task: Task) -> Snap:
    if task.kind is not TaskKind.MILESTONE or task.start_milestone:
        return Snap.NEXT
    return Snap.EDGE


def _base(task: Task, frame: Frame) -> int:
    """Return where the task starts if nothing precedes it."""
    if task.constraint is None and task.constraint2 is None:
        return frame.start
    dated = [one for one in _constraints(task) if one.type not in UNDATED]
    if frame.project.rules is Rules.LINEO or not dated:
        return frame.start
    lower = (ConstraintType.SNET, ConstraintType.FNET)
    if dated[0].type not in lower:
        return frame.start
    # Both tools let such a date stand before the project's start; P6's Start On and Finish On
    # hold from both sides, and there the start counts.
    if not frame.is_msproject:
        return frame.start if _is_pinned(task) else frame.data_date
    is_start = dated[0].type is ConstraintType.SNET
    return _instant(dated[0].date) or 0 if is_start else 0


def _constraints(task: Task) -> Iterator[Constraint]:
    for one in (task.constraint, task.constraint2):
        if one is not None:
            yield one


def _is_alap(task: Task) -> bool:
    return any(one.type is ConstraintType.ALAP for one in _constraints(task))


def _is_pinned(task: Task) -> bool:
    """Whether two constraints pin one date of one end (P6's Start On and Finish On)."""
    first, second = task.constraint, task.constraint2
    if first is None or second is None or first.date != second.date:
        return False
    return (first.type, second.type) in PINNING


def _has_wishes(task: Task, frame: Frame) -> bool:
    if task.parent is not None and task.parent in frame.of_summaries:
        return True
    return any(
        (
            task.constraint,
            task.constraint2,
            task.external_start,
            task.external_finish,
            task.external_links,
        )
    )


def wishes_of_summaries(plan: Plan) -> dict[str, tuple[Wish, ...]]:
    """Return what constraints of summaries ask of the tasks below, by summary.

    A summary may start no earlier or finish no later than a date; so must all
    that lies below it. (P6 knows no constraints of a WBS.)
    """
    parents = plan.parents()
    known = (plan.task(key) for key in parents if plan.has_task(key))
    if not any(task.constraint or task.constraint2 for task in known):
        return {}
    found: dict[str, tuple[Wish, ...]] = {}
    for key in parents:
        line: list[str] = []
        current: str | None = key
        while current is not None and plan.has_task(current) and current not in line:
            line.append(current)
            current = plan.task(current).parent
        wishes = tuple(
            Wish(one.type, to_minutes(one.date), hard=False)
            for above in line
            for one in _constraints(plan.task(above))
            if one.type in OF_SUMMARIES and one.date is not None
        )
        if wishes:
            found[key] = wishes
    return found


def _wishes(task: Task, frame: Frame) -> Iterator[Wish]:
    rules, honor = frame.project.rules, frame.project.honor_constraints
    for one in _constraints(task):
        if one.type in UNDATED:
            continue
        if one.date is None:
            raise PlanError(f"The constraint {one.type} of “{task.name}” needs a date.")
        if one.type in ALWAYS_HARD:
            hard = rules is Rules.P6 or honor
        else:
            hard = rules is not Rules.P6 and honor and one.type in UPPER
        yield Wish(one.type, to_minutes(one.date), hard)
    if task.parent is not None:
        yield from frame.of_summaries.get(task.parent, ())
    if task.external_start is not None:
        yield Wish(ConstraintType.SNET, to_minutes(task.external_start), hard=False)
    if task.external_finish is not None:
        yield Wish(ConstraintType.FNLT, to_minutes(task.external_finish), hard=False)
    yield from _wishes_of_others(task, frame)


def _wishes_of_others(task: Task, frame: Frame) -> Iterator[Wish]:
    """Yield what links to other projects ask, by the dates that were last heard of them."""
    if not task.external_links:
        return
    heard = {(one.project, one.task): one for one in task.external_dates}
    own = frame.calendars[task.calendar] if task.calendar else frame.project_time
    for link in task.external_links:
        dates = heard.get((link.project, link.task))
        if dates is None:
            continue
        time = CLOCK if link.lag.elapsed else own
        source = dates.start if link.type in FROM_THE_START else dates.finish
        instant = time.add(to_minutes(source), link.lag.minutes)
        kind = ConstraintType.FNET if link.type in TO_THE_FINISH else ConstraintType.SNET
        yield Wish(kind, instant, hard=False, link=link)


def _once_begun(wish: Wish, node: Node, frame: Frame) -> Wish:
    """Return what a latest start means for work that has begun: a latest finish.

    It stands as far from the start as the whole activity takes by now.
    """
    if wish.type is not ConstraintType.SNLT or node.is_pinned or node.actual_start is None:
        return wish
    finish = node.work.add(wish.instant, node.worked(frame.data_date) + node.remaining)
    return Wish(ConstraintType.FNLT, finish, wish.hard)


def _place(node: Node, frame: Frame) -> None:
    """Settle the dates that stand fast, and from when remaining work can go on."""
    task = node.task
    if task.is_manual and node.state != State.FINISHED:
        assert task.manual_start is not None
        assert task.manual_finish is not None
        node.fixed_start = node.actual_start or to_minutes(task.manual_start)
        node.fixed_finish = max(node.fixed_start, to_minutes(task.manual_finish))
        return
    if node.actual_start is None:
        return
    if node.program == Program.FIXED:
        assert node.actual_finish is not None
        node.fixed_start, node.fixed_finish = node.actual_start, node.actual_finish
        return
    node.fixed_start = node.actual_start
    node.suspended, node.resume = _instant(task.suspended), _instant(task.resumed)
    if not frame.is_msproject:
        node.base = _go_on(node, frame)


def _go_on(node: Node, frame: Frame) -> int:
    """Return from when what remains can be worked on: the data date, or later."""
    assert node.actual_start is not None
    instant = frame.data_date
    if node.state == State.UNDER_WAY:
        # P6 reckons what remains from the data date, even where the start lies after it.
        if frame.given_data_date is None or frame.project.rules is not Rules.P6:
            instant = max(instant, node.actual_start)
        instant = max(instant, node.resume or 0)
        if frame.given_data_date is None:
            done = max(0, node.duration - node.remaining)
            instant = max(instant, node.work.add(node.actual_start, done))
    return instant
