"""What the tasks of a table wait for in other projects."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from planning import others, selectors, snapshot
from planning.columns import external_links_of
from planning.core.durations import Units
from planning.core.plan import ExternalLink
from planning.forms.fields import units_of
from planning.models import Scenario, Task
from planning.snapshot import Recent
from planning.table.columns import Elsewhere
from planning.typed import other_names

Links = Mapping[UUID, tuple[ExternalLink, ...]]

# The links are of a state of the plan; what the other tasks are called is asked each time.
_kept: Recent[Links] = Recent(size=64)


def elsewhere_in(scenario: Scenario) -> dict[UUID, Elsewhere]:
    """Return what each task of a scenario waits for in other projects, if it does."""
    links = _kept.get(scenario.head)
    if links is None:
        links = _links_of(scenario)
        _kept.put(scenario.head, links)
    return _worded(links, units_of(scenario)) if links else {}


def _links_of(scenario: Scenario) -> Links:
    """Return the links by the id of their task; most plans have none, and one in memory says so."""
    known = snapshot.recent.get(scenario.head)
    if known is not None and not any(task.external_links for task in known.plan.tasks):
        return {}
    linked = selectors.tasks_of(scenario).filter(options__has_key="external_links")
    return _links_in(linked.only("id", "options"))


def elsewhere_of(tasks: Iterable[Task], units: Units) -> dict[UUID, Elsewhere]:
    """Return what these tasks wait for in other projects, by their ids."""
    return _worded(_links_in(tasks), units)


def _links_in(tasks: Iterable[Task]) -> Links:
    return {task.pk: found for task in tasks if (found := external_links_of(task.options))}


def _worded(links: Links, units: Units) -> dict[UUID, Elsewhere]:
    names = other_names.names_of(others.places_of(link for some in links.values() for link in some))
    return {
        pk: Elsewhere(
            other_names.links_text(some, names, units, typed=False),
            other_names.links_text(some, names, units, typed=True),
        )
        for pk, some in links.items()
    }
