"""What the tasks of a table wait for in other projects."""

from collections.abc import Iterable
from uuid import UUID

from planning import other_names, others, selectors
from planning.columns import external_links_of
from planning.core.durations import Units
from planning.form_fields import units_of
from planning.models import Scenario, Task
from planning.table_columns import Elsewhere


def elsewhere_in(scenario: Scenario) -> dict[UUID, Elsewhere]:
    """Return what each task of a scenario waits for in other projects, if it does."""
    linked = selectors.tasks_of(scenario).filter(options__has_key="external_links")
    return elsewhere_of(linked.only("id", "options"), units_of(scenario))


def elsewhere_of(tasks: Iterable[Task], units: Units) -> dict[UUID, Elsewhere]:
    """Return what these tasks wait for in other projects, by their ids."""
    links = {task.pk: found for task in tasks if (found := external_links_of(task.options))}
    names = other_names.names_of(others.places_of(link for some in links.values() for link in some))
    return {
        pk: Elsewhere(
            other_names.links_text(some, names, units, typed=False),
            other_names.links_text(some, names, units, typed=True),
        )
        for pk, some in links.items()
    }
