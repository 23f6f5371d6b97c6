"""A paste into the plan: new tasks, or texts written over cells. All of it, or nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from planning.core import editing
from planning.core.editing import TaskEdit
from planning.core.plan import Plan, PlanError, Task, TaskKind
from planning.core.schedule import schedule
from planning.core.validation import validate
from planning.models import Project, Scenario
from planning.table.columns import COLUMNS
from planning.typed import task_links
from planning.typed.pasted_text import WBS, Pasted, PastedRow, lines_of, read_table
from planning.typed.readers import NOT_OF_SUMMARIES, CellReader
from planning.typed.values import TaskNumbers

NewKeys = Callable[[Plan, int], Sequence[str]]
_COMPUTED = ("start", "finish")
"""Columns that new tasks take from the schedule: a pasted date would pin every one of them."""


@dataclass(frozen=True, slots=True)
class Paste:
    """What was pasted where, as the browser sends it.

    ``keys`` are the tasks from the cursor down in the order in which the person sees them,
    ``columns`` those from the cursor to the right.
    """

    text: str
    as_tasks: bool
    after: str | None = None
    keys: Sequence[str] = ()
    columns: Sequence[str] = ()


@dataclass
class Outcome:
    """The plan as it would be, with what does not fit and what was left out."""

    plan: Plan
    rows: list[PastedRow] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def pasted(scenario: Scenario, plan: Plan, paste: Paste, new_keys: NewKeys) -> Outcome:
    """Return what the paste would make of ``plan``."""
    try:
        if paste.as_tasks:
            outcome = _as_tasks(scenario, plan, paste, new_keys)
        else:
            outcome = _over_cells(scenario, plan, paste)
        if not outcome.faults:
            validate(outcome.plan)
    except PlanError as error:
        return Outcome(plan, faults=[str(error)])
    return outcome


def pasted_or_refused(scenario: Scenario, plan: Plan, paste: Paste, new_keys: NewKeys) -> Plan:
    """Return the plan with the paste.

    Raises
    ------
    ValidationError
        With a sentence for each cell that does not fit, by row and column.
    """
    outcome = pasted(scenario, plan, paste, new_keys)
    if outcome.faults:
        raise ValidationError(outcome.faults[:10])
    return outcome.plan


def _as_tasks(scenario: Scenario, plan: Plan, paste: Paste, new_keys: NewKeys) -> Outcome:
    table = read_table(paste.text, _usual(paste.columns))
    keys = new_keys(plan, len(table.rows))
    base = plan.task(paste.after).parent if paste.after else None
    tasks = list(_new_tasks(scenario, table, keys, base))
    grown = editing.insert_tasks(plan, tasks, after=paste.after)
    reader = CellReader(scenario, grown)
    reader.numbers = _numbers(scenario, table, keys)
    outcome = Outcome(grown, table.rows, _shown(table.columns), notes=_notes(table))
    edits = {}
    for row, key in zip(table.rows, keys, strict=True):
        if not row.cells.get("name"):
            outcome.faults.append(_at(row, "name", _("A task needs a name.")))
        edits[key] = _edit_of(reader, grown.task(key), row, outcome)
    if not outcome.faults:
        outcome.plan = editing.edit_tasks(grown, edits)
    return outcome


def _usual(columns: Sequence[str]) -> list[str]:
    return ["name", *(name for name in columns if name not in ("number", "name"))]


def _new_tasks(
    scenario: Scenario, table: Pasted, keys: Sequence[str], base: str | None
) -> Iterator[Task]:
    above: list[tuple[int, str]] = []
    for row, key in zip(table.rows, keys, strict=True):
        while above and above[-1][0] >= row.level:
            above.pop()
        parent = above[-1][1] if above else base
        name = row.cells.get("name", "")[:500]
        yield Task(key, name, parent=parent, duration_minutes=scenario.minutes_per_day)
        above.append((row.level, key))


def _numbers(scenario: Scenario, table: Pasted, keys: Sequence[str]) -> TaskNumbers:
    """Return what numbers mean in the paste: its own first, then those of the plan.

    Rows without numbers of their own go by those that they are going to have.
    """
    known = task_links.numbers_of(scenario)
    if "number" in table.columns:
        own = {
            int(number): key
            for row, key in zip(table.rows, keys, strict=True)
            if (number := row.cells.get("number", "")).isdecimal() and len(number) < 10
        }
    else:
        own = dict(enumerate(keys, next_number(scenario)))
    return TaskNumbers({**known.key_of, **own}, known.number_of)


def next_number(scenario: Scenario) -> int:
    """Return the number that the next new task is going to have."""
    rows = Project.objects.filter(pk=scenario.project_id)
    return rows.values_list("next_number", flat=True).get()


def _edit_of(reader: CellReader, task: Task, row: PastedRow, outcome: Outcome) -> TaskEdit:
    edit = TaskEdit()
    for column, text in row.cells.items():
        is_read = column in COLUMNS and COLUMNS[column].is_editable and column not in _COMPUTED
        is_summarys = task.kind is TaskKind.SUMMARY and column in NOT_OF_SUMMARIES
        if not text or column == "name" or not is_read or is_summarys:
            continue
        edit = _read(reader, task, column, text, edit, row, outcome)
    return edit


def _read(
    reader: CellReader,
    task: Task,
    column: str,
    text: str,
    edit: TaskEdit,
    row: PastedRow,
    outcome: Outcome,
) -> TaskEdit:
    try:
        return edit.joined(reader.read(task, column, text))
    except PlanError as error:
        outcome.faults.append(_at(row, column, str(error)))
        return edit


def _over_cells(scenario: Scenario, plan: Plan, paste: Paste) -> Outcome:
    lines = lines_of(paste.text)
    if len(lines) == 1 and len(paste.keys) > 1:
        lines *= len(paste.keys)
    columns = list(paste.columns)[: max(map(len, lines), default=0)]
    rows = [
        PastedRow(place, 0, dict(zip(columns, line, strict=False)))
        for place, line in enumerate(lines, 1)
    ]
    outcome = Outcome(plan, rows, _shown(columns))
    reader = CellReader(scenario, plan)
    edits: dict[str, TaskEdit] = {}
    for row, key in zip(rows, paste.keys, strict=False):
        task = plan.task(key)
        edit = TaskEdit()
        for column, text in row.cells.items():
            if COLUMNS[column].is_editable:
                edit = _read(reader, task, column, text, edit, row, outcome)
        edits[key] = edit
    if len(rows) > len(paste.keys):
        outcome.faults.append(
            _("Row %(row)d: there is no task left to write on; paste as new tasks instead.")
            % {"row": len(paste.keys) + 1}
        )
    outcome.notes += _left_out([c for c in columns if not COLUMNS[c].is_editable])
    if not outcome.faults:
        outcome.plan = editing.edit_tasks(plan, edits)
    return outcome


def _shown(columns: Sequence[str]) -> list[str]:
    return [name for name in columns if name in COLUMNS and name not in ("number", WBS)]


def _notes(table: Pasted) -> list[str]:
    notes = []
    if table.unknown:
        heads = ", ".join(table.unknown)
        notes.append(_("No column is called %(heads)s; left out.") % {"heads": heads})
    computed = [
        name
        for name in table.columns
        if name in COLUMNS
        and name not in ("number", "name", WBS)
        and (name in _COMPUTED or not COLUMNS[name].is_editable)
    ]
    return notes + _left_out(computed)


def _left_out(columns: Sequence[str]) -> list[str]:
    if not columns:
        return []
    names = ", ".join(str(COLUMNS[name].label) for name in columns)
    return [_("%(names)s: computed by the schedule, left out.") % {"names": names}]


def _at(row: PastedRow, column: str, error: str) -> str:
    label = COLUMNS[column].label
    return _("Row %(row)d, %(column)s: %(error)s") % {
        "row": row.line,
        "column": label,
        "error": error,
    }


def previewed(scenario: Scenario, plan: Plan, paste: Paste) -> Outcome:
    """Return what the paste would make, also whether it can be scheduled; nothing is written."""
    outcome = pasted(scenario, plan, paste, _preview_keys)
    if not outcome.faults:
        try:
            schedule(outcome.plan)
        except PlanError as error:
            outcome.faults.append(str(error))
    return outcome


def _preview_keys(plan: Plan, count: int) -> list[str]:
    prefix = "preview"
    while any(task.key.startswith(prefix) for task in plan.tasks):
        prefix += "-"
    return [f"{prefix}{place}" for place in range(count)]
