"""The services held against a plain model: whatever is done in whatever order, both agree.

The model knows an outline, durations, links and what was done; it knows no rows, no commits and
no schedule. After each step the rows are compared with it, and with a schedule made from nothing.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lineo.activity.models import Change
from planning import snapshot
from planning.core.plan import Dependency
from planning.core.schedule import schedule
from planning.models import Dependency as DependencyRow
from planning.models import Scenario, Task
from planning.services import history, tasks
from tests.builders import Team, make_baseline

pytestmark = pytest.mark.django_db

MOST_TASKS = 8
places = st.integers(0, 10_000)


@dataclass
class Outline:
    """What the plan should be: the keys under each parent in their order, and what they say."""

    below: dict[str | None, list[str]] = field(default_factory=lambda: {None: []})
    said: dict[str, tuple[str, int]] = field(default_factory=dict)
    links: set[tuple[str, str]] = field(default_factory=set)

    def parent_of(self, key: str) -> str | None:
        return next(parent for parent, keys in self.below.items() if key in keys)

    def subtree(self, key: str) -> list[str]:
        return [key, *(one for child in self.below[key] for one in self.subtree(child))]

    def leaves(self, key: str) -> list[str]:
        return [one for one in self.subtree(key) if not self.below[one]]

    def table(self) -> list[tuple[str, str | None]]:
        """Return the keys from top to bottom, each with its parent."""
        keys = [one for top in self.below[None] for one in self.subtree(top)]
        return [(key, self.parent_of(key)) for key in keys]

    def put(self, key: str, parent: str | None, before: str | None) -> None:
        siblings = self.below[parent]
        siblings.insert(siblings.index(before) if before else len(siblings), key)

    def remove(self, key: str) -> None:
        gone = set(self.subtree(key))
        self.below[self.parent_of(key)].remove(key)
        for one in gone:
            del self.below[one], self.said[one]
        self.links = {link for link in self.links if not gone & set(link)}

    def holds(self) -> bool:
        """Return whether no task waits for itself, links of summaries being those of all leaves."""
        after: dict[str, set[str]] = {key: set() for key in self.said}
        for one, other in self.links:
            if one in self.subtree(other) or other in self.subtree(one):
                return False
            for leaf in self.leaves(one):
                after[leaf] |= set(self.leaves(other))
        known: dict[str, bool] = {}

        def is_free(key: str) -> bool:
            if key not in known:
                known[key] = False
                known[key] = all(map(is_free, after[key]))
            return known[key]

        return all(map(is_free, after))


class Services(RuleBasedStateMachine):
    """One person edits one plan."""

    team: Team
    circles = 0

    def __init__(self) -> None:
        super().__init__()
        self.scenario = make_baseline(self.team)
        self.outline = Outline()
        self.done: list[Outline] = []
        self.undone: list[Outline] = []
        self.changes = 1

    def key_at(self, place: int) -> str:
        return sorted(self.outline.said)[place % len(self.outline.said)]

    def place_at(self, place: int) -> str | None:
        return [None, *sorted(self.outline.said)][place % (len(self.outline.said) + 1)]

    def commit(self, act: Callable[[Scenario], Any], wanted: Outline) -> None:
        """Do it; it is refused just where the model says that it can't be."""
        scenario = Scenario.objects.get(pk=self.scenario.pk)
        if wanted.holds():
            act(scenario)
            self.step(wanted, self.done, self.undone, is_fresh=True)
        else:
            with pytest.raises(ValidationError):
                act(scenario)
            Services.circles += 1
        self.compare()

    def step(
        self, wanted: Outline, left: list[Outline], other: list[Outline], *, is_fresh: bool = False
    ) -> None:
        if is_fresh and wanted == self.outline:
            return
        left.append(self.outline)
        if is_fresh:
            other.clear()
        self.outline = wanted
        self.changes += 1

    @initialize()
    def begin(self) -> None:
        for days in range(1, 5):
            self.add(0, days)

    @precondition(lambda self: len(self.outline.said) < MOST_TASKS)
    @rule(place=places, days=st.integers(1, 9))
    def add(self, place: int, days: int) -> None:
        parent, name = self.place_at(place), f"Task {self.changes}"
        made = tasks.add_task(
            Scenario.objects.get(pk=self.scenario.pk),
            actor=self.team.person,
            name=name,
            parent=parent,
            duration_minutes=days * 480,
        )
        wanted = deepcopy(self.outline)
        wanted.put(made.key, parent, None)
        wanted.below[made.key], wanted.said[made.key] = [], (name, days * 480)
        self.step(wanted, self.done, self.undone, is_fresh=True)
        self.compare()

    @precondition(lambda self: self.outline.said)
    @rule(place=places, days=st.integers(1, 9))
    def edit(self, place: int, days: int) -> None:
        key, wanted = self.key_at(place), deepcopy(self.outline)
        wanted.said[key] = (f"Renamed {self.changes}", days * 480)
        name, minutes = wanted.said[key]
        self.commit(
            lambda scenario: tasks.edit_task(
                scenario, key, actor=self.team.person, name=name, duration_minutes=minutes
            ),
            wanted,
        )

    @precondition(lambda self: self.outline.said)
    @rule(place=places)
    def delete(self, place: int) -> None:
        key, wanted = self.key_at(place), deepcopy(self.outline)
        wanted.remove(key)
        self.commit(
            lambda scenario: tasks.delete_tasks(scenario, [key], actor=self.team.person), wanted
        )

    @precondition(lambda self: self.outline.said)
    @rule(what=places, where=places, above=places)
    def move(self, what: int, where: int, above: int) -> None:
        key, parent = self.key_at(what), self.place_at(where)
        siblings = [None, *(one for one in self.outline.below[parent] if one != key)]
        before = siblings[above % len(siblings)]
        if parent in self.outline.subtree(key):
            return
        wanted = deepcopy(self.outline)
        wanted.below[wanted.parent_of(key)].remove(key)
        wanted.put(key, parent, before)
        self.commit(
            lambda scenario: tasks.move_task(
                scenario, key, actor=self.team.person, parent=parent, before=before
            ),
            wanted,
        )

    @precondition(lambda self: len(self.outline.said) > 1)
    @rule(one=places, other=places)
    def link_also(self, one: int, other: int) -> None:
        """Link twice as often as all else: circles take several links."""
        self.link(one, other)

    @precondition(lambda self: self.outline.said)
    @rule(one=places, other=places)
    def link(self, one: int, other: int) -> None:
        ends = self.key_at(one), self.key_at(other)
        if ends in self.outline.links:
            return
        wanted = deepcopy(self.outline)
        wanted.links.add(ends)
        self.commit(
            lambda scenario: tasks.add_dependency(
                scenario, Dependency(*ends), actor=self.team.person
            ),
            wanted,
        )

    @precondition(lambda self: self.outline.links)
    @rule(place=places)
    def unlink(self, place: int) -> None:
        links = sorted(self.outline.links)
        one, other = links[place % len(links)]
        wanted = deepcopy(self.outline)
        wanted.links.remove((one, other))
        self.commit(
            lambda scenario: tasks.remove_dependency(
                scenario, f"{one}|{other}|FS", actor=self.team.person
            ),
            wanted,
        )

    @rule()
    def undo(self) -> None:
        self.walk(history.undo, self.done, self.undone)

    @rule()
    def redo(self) -> None:
        self.walk(history.redo, self.undone, self.done)

    def walk(self, step: Callable[..., Any], back: list[Outline], forth: list[Outline]) -> None:
        scenario = Scenario.objects.get(pk=self.scenario.pk)
        if back:
            step(scenario, actor=self.team.person)
            self.step(back.pop(), forth, back)
        else:
            with pytest.raises(ValidationError):
                step(scenario, actor=self.team.person)
        self.compare()

    def compare(self) -> None:
        rows = list(Task.objects.filter(scenario=self.scenario).order_by("position"))
        keys = {row.pk: row.key for row in rows}
        links = DependencyRow.objects.filter(scenario=self.scenario)
        assert [(row.key, keys.get(row.parent_id)) for row in rows] == self.outline.table()
        assert {row.key: (row.name, row.duration_minutes) for row in rows} == self.outline.said
        assert {(keys[link.predecessor_id], keys[link.successor_id]) for link in links} == (
            self.outline.links
        )
        self.compare_dates(rows)
        assert Change.objects.filter(subject_id=self.scenario.pk).count() == self.changes

    def compare_dates(self, rows: list[Task]) -> None:
        scenario = Scenario.objects.get(pk=self.scenario.pk)
        dates = schedule(snapshot.load(scenario).plan)
        assert scenario.revision == self.changes
        assert scenario.scheduled_finish == dates.finish
        for row in rows:
            known = dates.task(row.key)
            assert (row.start, row.finish) == (known.start, known.finish)
            assert row.total_float_minutes == known.total_float_minutes


@pytest.fixture
def _inside(team: Team) -> Iterator[None]:
    Services.team, Services.circles = team, 0
    yield
    del Services.team


@pytest.mark.usefixtures("_inside")
@pytest.mark.parametrize(
    ("ways", "steps"), [(6, 25), pytest.param(200, 50, marks=pytest.mark.long)]
)
def test_whatever_is_done_the_rows_are_what_the_model_says(ways: int, steps: int) -> None:
    run_state_machine_as_test(
        Services,
        settings=settings(
            max_examples=ways,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert Services.circles > 0
