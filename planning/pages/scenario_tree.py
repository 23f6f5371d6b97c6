"""A project's scenarios as a tree: each below the one that it was branched from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lineo.accounts.models import Membership
from lineo.accounts.policy import Action
from planning import selectors
from planning.access import may_on
from planning.drawing.strips import Finish, StripChart, strip_chart
from planning.models import Project, Scenario
from planning.pages.overview import Headline, finish_of, headline_of, last_records

DEEPEST = 6


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """A scenario with its headline, its place in the tree, and what may be done to it."""

    pk: UUID
    source_id: UUID | None
    name: str
    description: str
    colour: str
    level: int
    is_baseline: bool
    is_archived: bool
    may_edit: bool
    may_branch: bool
    may_delete: bool
    may_promote: bool
    task_count: int
    scheduled_finish: datetime | None
    headline: Headline
    finish: Finish | None

    @property
    def indent(self) -> int:
        return min(self.level, DEEPEST)


def scenario_rows(project: Project, membership: Membership | None) -> list[ScenarioRow]:
    """Return a project's scenarios in the order of their tree, the baseline's root first."""
    scenarios = list(selectors.scenarios_of(project))
    records = last_records(scenarios)
    finishes = {one.pk: finish_of(one, records.get(one.pk)) for one in scenarios}
    return [
        _row(scenario, level, finishes[scenario.pk], membership)
        for scenario, level in in_tree_order(scenarios)
    ]


def strip_of(rows: Sequence[ScenarioRow]) -> StripChart | None:
    """Return every scenario's finish on one axis."""
    return strip_chart([row.finish for row in rows])


def surest(rows: Sequence[ScenarioRow]) -> ScenarioRow | None:
    """Return the scenario that can promise the earliest date at P80.

    What an older plan could promise counts only where no forecast is of the plan as it stands.
    """
    known = [
        (row.headline.is_out_of_date, row.headline.p80, row)
        for row in rows
        if row.headline.p80 is not None
    ]
    return min(known, key=lambda found: found[:2])[2] if known else None


def in_tree_order(scenarios: Iterable[Scenario]) -> list[tuple[Scenario, int]]:
    """Return the scenarios with their depth, each followed by its branches.

    A branch of an archived scenario stands below the nearest ancestor that is
    live, and an archived one below its own source.
    """
    known = {scenario.pk: scenario for scenario in scenarios}
    children: defaultdict[UUID | None, list[Scenario]] = defaultdict(list)
    for scenario in known.values():
        children[_shown_parent(scenario, known)].append(scenario)
    ordered: list[tuple[Scenario, int]] = []
    waiting = [(scenario, 0) for scenario in reversed(children[None])]
    while waiting:
        scenario, level = waiting.pop()
        ordered.append((scenario, level))
        waiting.extend((child, level + 1) for child in reversed(children[scenario.pk]))
    return ordered


def _shown_parent(scenario: Scenario, known: dict[UUID, Scenario]) -> UUID | None:
    parent = known.get(scenario.source_id) if scenario.source_id else None
    while parent is not None and parent.is_archived and not scenario.is_archived:
        parent = known.get(parent.source_id) if parent.source_id else None
    return parent.pk if parent else None


def _row(
    scenario: Scenario, level: int, finish: Finish | None, membership: Membership | None
) -> ScenarioRow:
    is_own = membership is not None and scenario.created_by_id == membership.person_id
    return ScenarioRow(
        pk=scenario.pk,
        source_id=scenario.source_id,
        name=scenario.name,
        description=scenario.description,
        colour=scenario.colour,
        level=level,
        is_baseline=scenario.is_baseline,
        is_archived=scenario.is_archived,
        may_edit=may_on(scenario, membership, Action.EDIT),
        may_branch=may_on(scenario, membership, Action.BRANCH),
        may_delete=may_on(scenario, membership, Action.EDIT if is_own else Action.DELETE),
        may_promote=may_on(scenario, membership, Action.PROMOTE),
        task_count=scenario.task_count,  # type: ignore[attr-defined] # annotated
        scheduled_finish=scenario.scheduled_finish,
        headline=headline_of(scenario),
        finish=finish,
    )
