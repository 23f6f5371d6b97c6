"""What two scenarios have in common, read from the change log.

A scenario's history is a line of revisions. A branch begins at a revision of
its source, and a merge takes in a revision of another scenario: the change
that did it names that revision as ``joined``. So the log is a graph, and the
base of a three-way merge is the last state from which both sides came. It is
rebuilt from the log, also when the scenario that it belonged to is deleted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from lineo.activity.models import Change
from planning import snapshot
from planning.core.diff import apply
from planning.core.plan import Plan, PlanError
from planning.models import Scenario
from planning.pages.moments import Moment
from planning.services.history import RESTORE, edits_of, snapshot_at
from planning.snapshot import Recent, Snapshot

BRANCH = "branch-scenario"
MERGE = "merge-scenario"
REBASE = "rebase-scenario"
JOINING = (BRANCH, MERGE, REBASE)
"""The intentions that take in a state of another scenario."""
_past: Recent[Snapshot] = Recent(size=12)
"""States as they were: their rows have been written since, so none is ever written from."""


@dataclass(frozen=True, slots=True)
class Join:
    """A change that took in a state of another scenario.

    ``turns`` are the revisions at which that was taken back and brought again
    in turn, by undo and redo or by going back to an earlier moment.
    """

    at: Moment
    joined: Moment
    turns: tuple[int, ...] = ()

    def holds_at(self, revision: int) -> bool:
        """Whether the scenario still holds what it took in, seen at ``revision``."""
        turned = sum(turn <= revision for turn in self.turns)
        return self.at.revision <= revision and turned % 2 == 0


def moment_of(scenario: Scenario) -> Moment:
    """Return the state that the scenario is in."""
    return Moment(scenario.pk, scenario.revision)


def common_ancestor(first: Scenario, second: Scenario) -> Moment | None:
    """Return the last state from which both scenarios came, None where there is none."""
    joins = joins_of(first.project_id)
    ours, theirs = reach(moment_of(first), joins), reach(moment_of(second), joins)
    shared = [
        Moment(scenario, min(ours[scenario], theirs[scenario]))
        for scenario in ours.keys() & theirs.keys()
    ]
    last = [one for one in shared if not _is_behind(one, shared, joins)]
    return max(last, key=_order, default=None)


def reach(moment: Moment, joins: Mapping[UUID, Iterable[Join]]) -> dict[UUID, int]:
    """Return for each scenario the last of its revisions that ``moment`` came from."""
    found: dict[UUID, int] = {}
    waiting = [moment]
    while waiting:
        scenario, revision = waiting.pop()
        if found.get(scenario, 0) >= revision:
            continue
        found[scenario] = revision
        waiting.extend(join.joined for join in joins.get(scenario, ()) if join.holds_at(revision))
    return found


def joins_of(project_id: UUID) -> dict[UUID, list[Join]]:
    """Return every change of a project that joined two scenarios, by scenario."""
    rows = Change.objects.filter(project_id=project_id, intention__in=(*JOINING, RESTORE))
    lines: defaultdict[UUID, list[Change]] = defaultdict(list)
    for row in rows.defer("edits").order_by("revision"):
        lines[row.subject_id].append(row)
    joins = {scenario: _joins_of_line(line) for scenario, line in lines.items()}
    return {scenario: found for scenario, found in joins.items() if found}


def _joins_of_line(rows: Iterable[Change]) -> list[Join]:
    """Return the joins of one scenario; ``rows`` are its joining and restoring changes in order."""
    joins: dict[UUID, Join] = {}
    done: dict[UUID, dict[UUID, bool]] = {}
    for row in rows:
        done[row.pk] = _held_after(row, joins, done)
        for pk, holds in done[row.pk].items():
            join = joins[pk]
            if join.holds_at(row.revision) != holds:
                joins[pk] = replace(join, turns=(*join.turns, row.revision))
    return list(joins.values())


def _held_after(
    row: Change, joins: dict[UUID, Join], done: Mapping[UUID, Mapping[UUID, bool]]
) -> dict[UUID, bool]:
    """Return which joins a change brings and which it takes back; a new one is added to them."""
    if row.undoes is not None:
        return {pk: not held for pk, held in done.get(row.undoes, {}).items()}
    if row.joined_id is None or row.joined_revision is None:
        return {}
    if row.intention == RESTORE:
        moment = row.joined_revision
        now = row.revision - 1
        return {
            pk: join.holds_at(moment)
            for pk, join in joins.items()
            if join.holds_at(moment) != join.holds_at(now)
        }
    joined = Moment(row.joined_id, row.joined_revision)
    joins[row.pk] = Join(Moment(row.subject_id, row.revision), joined)
    return {row.pk: True}


def plan_at(moment: Moment) -> Plan:
    """Return the plan of a state, also of a scenario that was deleted since.

    Raises
    ------
    PlanError
        If nothing is left from which it could be rebuilt.
    """
    return state_at(moment).plan


def state_at(moment: Moment) -> Snapshot:
    """Return the plan of a state, with the rows that held it where they are known.

    Raises
    ------
    PlanError
        If nothing is left from which it could be rebuilt.
    """
    return _state_at(moment, frozenset())


def _state_at(moment: Moment, seen: frozenset[UUID]) -> Snapshot:
    scenario = Scenario.objects.select_related("project").filter(pk=moment.scenario_id).first()
    if scenario is None:
        return Snapshot(_rebuilt(moment, seen | {moment.scenario_id}))
    return state_of(scenario, moment.revision)


def state_of(scenario: Scenario, revision: int) -> Snapshot:
    """Return the plan of a scenario as it stands, or as it stood at an earlier revision."""
    if revision != scenario.revision:
        change = _change_at(Moment(scenario.pk, revision))
        held = _known(change.pk) if change else None
        if held is not None:
            return held
    # Reading moves the scenario on where others change it meanwhile.
    current = snapshot.cached(scenario)
    if revision == scenario.revision:
        return current
    change = _change_at(Moment(scenario.pk, revision))
    found = snapshot_at(scenario, current, revision)
    if change is not None:
        _past.put(change.pk, found)
    return found


def _known(change_id: UUID) -> Snapshot | None:
    return snapshot.recent.get(change_id) or _past.get(change_id)


def _rebuilt(moment: Moment, seen: frozenset[UUID]) -> Plan:
    """Return a plan of a deleted scenario: a branch began with one, the log leads on from it."""
    branches = Change.objects.filter(joined_id=moment.scenario_id, intention=BRANCH, revision=1)
    for branch in branches.order_by("-joined_revision"):
        if branch.subject_id in seen or branch.joined_revision is None:
            continue
        try:
            plan = _state_at(Moment(branch.subject_id, 1), seen).plan
        except PlanError:
            continue
        return _replayed(plan, moment, branch.joined_revision)
    raise PlanError("The scenario of that time was deleted, and nothing that came from it is left.")


def _replayed(plan: Plan, moment: Moment, since: int) -> Plan:
    low, high = sorted((since, moment.revision))
    changes = Change.objects.filter(
        subject_id=moment.scenario_id, revision__gt=low, revision__lte=high
    )
    if moment.revision >= since:
        for change in changes.order_by("revision"):
            plan = apply(edits_of(change), plan)
        return plan
    for change in changes.order_by("-revision"):
        plan = apply([edit.inverse() for edit in reversed(edits_of(change))], plan)
    return plan


def _is_behind(one: Moment, others: Iterable[Moment], joins: Mapping[UUID, Iterable[Join]]) -> bool:
    return any(
        other != one and reach(other, joins).get(one.scenario_id, 0) >= one.revision
        for other in others
    )


def _order(moment: Moment) -> tuple[float, str]:
    """The latest of several states; the id settles a tie, so that everyone sees one base."""
    change = _change_at(moment)
    return (change.created_at.timestamp() if change else 0.0, str(moment.scenario_id))


def _change_at(moment: Moment) -> Change | None:
    rows = Change.objects.filter(subject_id=moment.scenario_id, revision=moment.revision)
    return rows.defer("edits").first()
