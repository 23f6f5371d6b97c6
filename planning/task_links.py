"""The links into a task, as text and back."""

from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import ValidationError

from planning import selectors, snapshot
from planning.core.durations import Units
from planning.core.plan import Dependency, PlanError
from planning.models import Dependency as DependencyRow
from planning.models import Scenario, Task
from planning.task_text import links_text
from planning.typed import TaskNumbers, predecessor_links


def numbers_of(scenario: Scenario) -> TaskNumbers:
    """Return what people call the tasks of a scenario, both ways round."""
    rows = selectors.tasks_of(scenario).values_list("number", "key")
    by_number = dict(rows)
    return TaskNumbers(by_number, {key: number for number, key in by_number.items()})


def key_of(scenario: Scenario, pk: UUID | None) -> str | None:
    """Return the key of one of the scenario's tasks."""
    if pk is None:
        return None
    return selectors.tasks_of(scenario).filter(pk=pk).values_list("key", flat=True).first()


def text_into(task: Task) -> str:
    """Return what the task waits for, as a person would type it."""
    links = DependencyRow.objects.filter(successor=task).select_related("predecessor")
    numbers: Mapping[UUID, int] = {link.predecessor_id: link.predecessor.number for link in links}
    scenario = task.scenario
    return links_text(links, numbers, Units(scenario.minutes_per_day, scenario.minutes_per_week))


def read(task: Task, typed: str) -> list[Dependency]:
    """Return the links into the task that ``typed`` names.

    Raises
    ------
    ValidationError
        If a part of it is no predecessor.
    """
    plan = snapshot.shown_plan_of(task.scenario)
    try:
        return predecessor_links(typed, task.key, plan, numbers_of(task.scenario))
    except PlanError as error:
        raise ValidationError(str(error), code="predecessors") from error
