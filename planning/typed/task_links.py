"""The links into a task, as text and back."""

from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import ValidationError

from planning import others, selectors, snapshot
from planning.columns import external_links_of
from planning.core.editing import TaskEdit
from planning.core.plan import PlanError
from planning.forms.fields import units_of
from planning.models import Dependency as DependencyRow
from planning.models import Scenario, Task
from planning.typed import other_names
from planning.typed.tasks import links_text
from planning.typed.values import TaskNumbers, predecessor_links


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
    """Return what the task waits for, as a person would type it, in other projects too."""
    links = DependencyRow.objects.filter(successor=task).select_related("predecessor")
    numbers: Mapping[UUID, int] = {link.predecessor_id: link.predecessor.number for link in links}
    units = units_of(task.scenario)
    own, elsewhere = links_text(links, numbers, units), external_links_of(task.options)
    names = other_names.names_of(others.places_of(elsewhere))
    return ", ".join(
        filter(None, [own, other_names.links_text(elsewhere, names, units, typed=True)])
    )


def read(task: Task, typed: str) -> TaskEdit:
    """Return the links into the task that ``typed`` names, from other projects too.

    Raises
    ------
    ValidationError
        If a part of it is no predecessor.
    """
    scenario = task.scenario
    plan = snapshot.shown_plan_of(scenario)
    own, elsewhere = other_names.split(typed, scenario.project.code)
    try:
        links = predecessor_links(own, task.key, plan, numbers_of(scenario))
        fields = other_names.fields_from(elsewhere, plan.task(task.key), scenario)
    except PlanError as error:
        raise ValidationError(str(error), code="predecessors") from error
    return TaskEdit(fields, predecessors=links)
