"""One cell of the table, edited in place."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lineo.accounts.models import User
from lineo.activity.models import Change
from planning import task_links
from planning.core.durations import Units
from planning.core.plan import PlanError
from planning.models import Task
from planning.services import tasks
from planning.services.commit import Expected
from planning.typed import duration_fields


def edit_cell(
    task: Task, field: str, typed: str, *, actor: User, expected: Sequence[Expected] = ()
) -> Change | None:
    """Set the field of that column to what a person typed.

    Raises
    ------
    ValidationError
        If the text does not fit, or no such column can be edited.
    """
    if field == "predecessors":
        links = task_links.read(task, typed)
        return tasks.set_predecessors(task.scenario, task.key, links, actor=actor)
    reader = _READERS.get(field)
    if reader is None:
        raise ValidationError(_("This column can’t be edited."))
    try:
        fields = reader(typed.strip(), task)
    except PlanError as error:
        raise ValidationError(str(error)) from error
    return tasks.edit_task(task.scenario, task.key, actor=actor, expected=expected, **fields)


def _name(typed: str, task: Task) -> dict[str, Any]:
    if not typed:
        raise PlanError(_("A task needs a name."))
    return {"name": typed[:500]}


def _duration(typed: str, task: Task) -> dict[str, Any]:
    scenario = task.scenario
    return duration_fields(typed, Units(scenario.minutes_per_day, scenario.minutes_per_week))


def _percent(typed: str, task: Task) -> dict[str, Any]:
    try:
        return {"percent_complete": float(typed.rstrip("% ").replace(",", ".") or 0)}
    except ValueError:
        raise PlanError(_("Write a number from 0 to 100.")) from None


_READERS: dict[str, Callable[[str, Task], dict[str, Any]]] = {
    "name": _name,
    "duration": _duration,
    "percent_complete": _percent,
}
