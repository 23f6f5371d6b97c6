"""Cells of the table, edited in place: one, or many at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from lineo.accounts.models import User
from lineo.activity.models import Change
from planning import selectors
from planning.core.editing import TaskEdit
from planning.core.plan import Plan, PlanError
from planning.models import Scenario, Task
from planning.services import tasks
from planning.services.commit import Expected
from planning.table.columns import COLUMNS
from planning.typed.readers import CellReader
from planning.work.services import set_work, set_works
from planning.work.together import Teamwork, set_together
from planning.work.typed import FIELDS as WORK_FIELDS
from planning.work.typed import read as read_work

Typed = tuple[str, str, str]
"""A task's key, a column's name and the text."""


def edit_cell(
    task: Task, field: str, typed: str, *, actor: User, expected: Sequence[Expected] = ()
) -> Change | None:
    """Set the field of that column to what a person typed.

    Raises
    ------
    ValidationError
        If the text does not fit, or no such column can be edited.
    """
    if field in WORK_FIELDS:
        set_work(task, actor=actor, **read_work(task.scenario.project, field, typed))
        return None
    return tasks.edit_cells(
        task.scenario,
        [task.key],
        actor=actor,
        expected=expected,
        edits=lambda plan: read_cells(task.scenario, plan, [(task.key, field, typed)]),
    )


def edit_cells(scenario: Scenario, cells: Sequence[Typed], *, actor: User) -> Change | None:
    """Set many cells as one change: all of them, or none.

    Raises
    ------
    ValidationError
        With a sentence for each cell that does not fit.
    """
    _edit_work(scenario, [cell for cell in cells if cell[1] in WORK_FIELDS], actor=actor)
    cells = [cell for cell in cells if cell[1] not in WORK_FIELDS]
    if not cells:
        return None
    keys = list(dict.fromkeys(key for key, _column, _typed in cells))
    return tasks.edit_cells(
        scenario, keys, actor=actor, edits=lambda plan: read_cells(scenario, plan, cells)
    )


@transaction.atomic
def edit_together(
    scenario: Scenario,
    keys: Sequence[str],
    *,
    cells: Sequence[Typed],
    teamwork: Teamwork,
    actor: User,
) -> Change | None:
    """Give several tasks the same in the plan and beside it: all of it, or nothing.

    Raises
    ------
    ValidationError
        With a sentence for each cell that does not fit.
    """
    set_together(scenario, keys, teamwork, actor=actor)
    return edit_cells(scenario, cells, actor=actor)


def _edit_work(scenario: Scenario, cells: Sequence[Typed], *, actor: User) -> None:
    """Set what stands beside the plan; no undo of the plan takes it back."""
    wanted: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for key, column, typed in cells:
        wanted[key] |= read_work(scenario.project, column, typed)
    rows = list(selectors.with_scenario(Task.objects.filter(scenario=scenario, key__in=wanted)))
    if rows:
        set_works(rows, actor=actor, wanted=lambda key, _work: wanted[key])


def read_cells(scenario: Scenario, plan: Plan, cells: Sequence[Typed]) -> dict[str, TaskEdit]:
    """Return what the cells ask for, by the keys of their tasks.

    Raises
    ------
    ValidationError
        With a sentence for each cell that does not fit, named by its task and column.
    """
    reader = CellReader(scenario, plan)
    found: dict[str, TaskEdit] = {}
    faults = []
    for key, column, typed in cells:
        try:
            edit = reader.read(plan.task(key), column, typed)
        except PlanError as error:
            faults.append(str(error) if len(cells) == 1 else _at(plan, key, column, error))
            continue
        found[key] = found[key].joined(edit) if key in found else edit
    if faults:
        raise ValidationError(faults[:10])
    return found


def _at(plan: Plan, key: str, column: str, error: PlanError) -> str:
    name = plan.task(key).name if plan.has_task(key) else key
    label = COLUMNS[column].label if column in COLUMNS else column
    return f"{name}, {label}: {error}"
