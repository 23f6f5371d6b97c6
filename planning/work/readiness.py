"""Which leaves are unblocked: work that could go on now, as far as links say.

A leaf is unblocked when it is not finished and nothing holds its start: each
FS predecessor is finished, each SS predecessor has begun. A link of a
summary is a link of all its leaves. FF and SF hold a finish, not a start; lags
and dates are no block: they say when, not whether.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from planning import selectors, veil
from planning.core.plan import LinkType, TaskKind
from planning.models import Dependency, Scenario


class _Row(NamedTuple):
    id: UUID
    key: str
    parent_id: UUID | None
    kind: str
    actual_start: object
    actual_finish: object
    percent_complete: float
    manual_start: object
    manual_finish: object


def unblocked_ids(scenario: Scenario) -> frozenset[UUID]:
    """Return the ids of the leaves of a scenario that nothing holds."""
    rows = [_Row(*values) for values in selectors.tasks_of(scenario).values_list(*_Row._fields)]
    by_id = {row.id: row for row in rows}
    parents = {row.parent_id for row in rows}
    leaves = [row for row in rows if row.id not in parents and row.kind != TaskKind.SUMMARY]
    leaves_below = _leaves_below(leaves, by_id)
    held_by: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    # What is hidden from somebody holds tasks all the same.
    with veil.lifted():
        links = Dependency.objects.filter(scenario=scenario, type__in=[LinkType.FS, LinkType.SS])
        for before, after, kind in links.values_list("predecessor_id", "successor_id", "type"):
            held_by[after].append((kind, before))
    is_held = {
        after
        for after, holds in held_by.items()
        if any(_holds(kind, leaves_below[before], scenario) for kind, before in holds)
    }
    hidden = veil.hidden_ids()
    return frozenset(
        leaf.id
        for leaf in leaves
        if leaf.id not in hidden
        and leaf.actual_finish is None
        and not any(place in is_held for place in _chain(leaf.id, by_id))
    )


def _holds(kind: str, leaves: Sequence[_Row], scenario: Scenario) -> bool:
    if kind == LinkType.FS:
        return any(leaf.actual_finish is None for leaf in leaves)
    return not all(scenario.has_begun(leaf) for leaf in leaves)


def _leaves_below(leaves: Sequence[_Row], by_id: Mapping[UUID, _Row]) -> Mapping[UUID, list[_Row]]:
    found: dict[UUID, list[_Row]] = defaultdict(list)
    for leaf in leaves:
        for place in _chain(leaf.id, by_id):
            found[place].append(leaf)
    return found


def _chain(task: UUID | None, by_id: Mapping[UUID, _Row]) -> list[UUID]:
    chain = []
    while task is not None:
        chain.append(task)
        task = by_id[task].parent_id
    return chain
