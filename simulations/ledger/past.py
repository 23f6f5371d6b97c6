"""When work was first reported, and who had set its range by then: read from the change log.

A scenario's history leads back through branches and merges, so what is asked
of a baseline may be told by the scenario that it came from. Changes that were
undone tell nothing, and neither does who undid them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from lineo.activity.models import Change
from planning.core.edits import EditKind, What
from planning.models import Scenario
from planning.pages.moments import Moment
from planning.services.ancestry import BRANCH, MERGE, REBASE
from planning.services.history import RESTORE

_STARTS = ("actual_start", "actual_finish")


class Row(NamedTuple):
    """What is read of one change."""

    id: UUID
    revision: int
    actor_id: UUID | None
    intention: str
    edits: list[dict[str, Any]]
    undoes: UUID | None
    joined_id: UUID | None
    joined_revision: int | None


def moments_before_start(scenario: Scenario, keys: Iterable[str]) -> dict[str, Moment]:
    """Return for each task the last state in which its work had not begun.

    A task of which none is known, since it came with its progress, is left out.
    """
    found: dict[str, Moment] = {}
    _find_starts(Moment(scenario.pk, scenario.revision), set(keys), found, frozenset())
    return found


def estimators_at(moments: Mapping[str, Moment]) -> dict[str, UUID | None]:
    """Return who had set each task's range by that moment; None for the system."""
    asked: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for key, moment in moments.items():
        asked[moment.scenario_id][key] = moment.revision
    found: dict[str, UUID | None] = {}
    for scenario_id, wanted in asked.items():
        _find_estimators(scenario_id, wanted, found, frozenset())
    return found


def _find_starts(
    moment: Moment, wanted: set[str], found: dict[str, Moment], seen: frozenset[UUID]
) -> None:
    if not wanted or moment.scenario_id in seen:
        return
    tells = Q(revision=1)
    for field in _STARTS:
        tells |= Q(edits__contains=[{"kind": str(EditKind.PROGRESS), "field": field}])
    rows = Change.objects.filter(tells, subject_id=moment.scenario_id)
    for row in _standing(rows.filter(revision__lte=moment.revision)):
        for edit in row.edits:
            if edit["key"] in wanted and edit["field"] in _STARTS and edit["from"] is None:
                found[edit["key"]] = Moment(moment.scenario_id, row.revision - 1)
        # A finish may be reported long after the start: what is older wins.
        wanted -= {
            edit["key"]
            for edit in row.edits
            if edit["field"] == _STARTS[0] and edit["from"] is None
        }
        if row.intention == BRANCH and row.joined_id and row.joined_revision is not None:
            origin = Moment(row.joined_id, row.joined_revision)
            _find_starts(origin, wanted, found, seen | {moment.scenario_id})


def _find_estimators(
    scenario_id: UUID,
    wanted: dict[str, int],
    found: dict[str, UUID | None],
    seen: frozenset[UUID],
) -> None:
    """Look for each key from its revision backwards, the newest change first."""
    if not wanted or scenario_id in seen:
        return
    elsewhere: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for row in _standing(_rows_of_estimates(scenario_id, max(wanted.values()))):
        asked = {key for key, revision in wanted.items() if revision >= row.revision}
        keys = asked if row.revision == 1 and not row.edits else asked & _estimated(row)
        for key in keys:
            if row.intention == RESTORE and row.joined_revision is not None:
                wanted[key] = min(wanted[key], row.joined_revision)
                continue
            del wanted[key]
            if row.intention in (BRANCH, MERGE, REBASE) and row.joined_id is not None:
                elsewhere[row.joined_id][key] = row.joined_revision or 0
            else:
                found[key] = row.actor_id
    for other, keys_there in elsewhere.items():
        _find_estimators(other, keys_there, found, seen | {scenario_id})


def _rows_of_estimates(scenario_id: UUID, revision: int) -> QuerySet[Change]:
    tells = (
        Q(edits__contains=[{"kind": str(EditKind.ESTIMATE)}])
        | Q(edits__contains=[{"kind": str(EditKind.TASK), "what": str(What.ADDED)}])
        | Q(revision=1)
    )
    return Change.objects.filter(tells, subject_id=scenario_id, revision__lte=revision)


def _estimated(row: Row) -> set[str]:
    """Return the keys of the tasks whose range a change set."""
    return {
        edit["key"]
        for edit in row.edits
        if edit["kind"] == EditKind.ESTIMATE
        or (edit["kind"] == EditKind.TASK and edit["what"] == What.ADDED)
    }


def _standing(rows: QuerySet[Change]) -> Iterator[Row]:
    """Yield the changes that still stand, the newest first; an undone pair is passed over."""
    undone: set[UUID] = set()
    for values in rows.order_by("-revision").values_list(*Row._fields):
        row = Row._make(values)
        if row.id in undone:
            continue
        if row.undoes is not None:
            undone.add(row.undoes)
            continue
        yield row
