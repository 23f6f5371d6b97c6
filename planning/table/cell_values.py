"""What editing a cell begins with: of a row, or of a plan that was written just now."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q

from planning import selectors, snapshot
from planning.core.durations import Units
from planning.forms.fields import units_of
from planning.models import Dependency, Scenario, Task
from planning.table.columns import COLUMNS, Facts, cell_of
from planning.table.elsewhere import elsewhere_in, elsewhere_of
from planning.table.listed import listed_in
from planning.table.sketch import sketch_of
from planning.typed.tasks import LinkRow
from planning.work.facts import works_of
from planning.work.typed import FIELDS as WORK_FIELDS

LINK_COLUMNS = frozenset({"predecessors", "successors"})


class WrittenCell(NamedTuple):
    """What a cell holds after an edit, and the version of its row."""

    value: str
    version: int


def written_cell(scenario: Scenario, key: str, column: str) -> WrittenCell:
    """Return what a cell of the plan in memory holds: nobody need read what was just written."""
    held, sketch = snapshot.shown(scenario), sketch_of(scenario)
    has_links = column in LINK_COLUMNS
    facts = Facts(
        units=units_of(scenario),
        numbers=sketch.numbers,
        links_into=sketch.links.into if has_links else {},
        links_from=sketch.links.leaving if has_links else {},
        calendars=sketch.calendars,
        elsewhere=elsewhere_in(scenario) if has_links else {},
    )
    task = listed_in(held, key)
    return WrittenCell(cell_of(COLUMNS[column], task, facts).value, task.version)


def cell_value(task: Task, column: str) -> str:
    """Return what editing a cell would begin with."""
    return _values(task, [column]).get(column, "")


def cell_values(scenario: Scenario, key: str, columns: Sequence[str]) -> dict[str, str]:
    """Return what editing each of these cells of a task would begin with."""
    tasks = selectors.with_scenario(selectors.tasks_of(scenario)).select_related("calendar")
    return _values(tasks.get(key=key), columns)


def _values(task: Task, columns: Sequence[str]) -> dict[str, str]:
    facts = _facts_of(
        task,
        has_links=not LINK_COLUMNS.isdisjoint(columns),
        has_work=not set(WORK_FIELDS).isdisjoint(columns),
    )
    return {name: cell_of(COLUMNS[name], task, facts).value for name in columns if name in COLUMNS}


def _facts_of(task: Task, *, has_links: bool, has_work: bool) -> Facts:
    """Read what the cells of one task are shown by, and no more."""
    scenario = task.scenario
    ends = Dependency.objects.filter(Q(predecessor=task) | Q(successor=task))
    numbers = ("predecessor__number", "successor__number")
    rows = list(ends.values_list(*LinkRow._fields, *numbers)) if has_links else []
    links = [LinkRow(*values[:-2]) for values in rows]
    known = {link.predecessor_id: row[-2] for link, row in zip(links, rows, strict=True)}
    known |= {link.successor_id: row[-1] for link, row in zip(links, rows, strict=True)}
    return Facts(
        units=Units(scenario.minutes_per_day, scenario.minutes_per_week),
        numbers=known,
        links_into={task.pk: [link for link in links if link.successor_id == task.pk]},
        links_from={task.pk: [link for link in links if link.predecessor_id == task.pk]},
        calendars={task.calendar.pk: task.calendar.name} if task.calendar else {},
        work=works_of(scenario.project_id, [task.key]) if has_work else {},
        elsewhere=elsewhere_of([task], units_of(scenario)) if has_links else {},
    )
