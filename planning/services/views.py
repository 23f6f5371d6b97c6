"""How a person looks at a scenario: kept for them, and no part of the plan."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import transaction

from lineo.accounts.models import User
from lineo.accounts.policy import Action
from planning import access, selectors
from planning.models import Scenario, ScenarioView
from planning.table.view_state import ViewState, read_view


def change_view(scenario: Scenario, *, actor: User, **fields: Any) -> ViewState:
    """Remember what a person changed of how they look at the scenario."""
    return _update(scenario, actor, lambda view: replace(view, **fields))


def set_widths(scenario: Scenario, *, actor: User, widths: dict[str, int]) -> ViewState:
    """Remember how wide some columns are."""
    return _update(scenario, actor, lambda view: replace(view, widths={**view.widths, **widths}))


def set_collapsed(
    scenario: Scenario, *, actor: User, key: str, is_collapsed: bool | None = None
) -> ViewState:
    """Hide or show what stands below a task; the other way round where nothing is said."""

    def change(view: ViewState) -> ViewState:
        hide = key not in view.collapsed if is_collapsed is None else is_collapsed
        return replace(view, collapsed=view.collapsed | {key} if hide else view.collapsed - {key})

    return _update(scenario, actor, change)


def collapse_all(scenario: Scenario, *, actor: User) -> ViewState:
    """Show only the rows at the top of the tree."""
    keys = frozenset(selectors.summaries_of(scenario).values_list("key", flat=True))
    return change_view(scenario, actor=actor, collapsed=keys)


def sort_by(scenario: Scenario, *, actor: User, column: str) -> ViewState:
    """Order the rows by a column, then the other way round, then as the plan has them."""
    steps = {"": column, column: f"-{column}"}

    def change(view: ViewState) -> ViewState:
        current = view.sort if view.sort_column == column else ""
        return replace(view, sort=steps.get(current, ""))

    return _update(scenario, actor, change)


def show_plan_order(scenario: Scenario, *, actor: User) -> ViewState:
    """Drop sort and filter."""
    return change_view(scenario, actor=actor, sort="", text="", only=())


@transaction.atomic
def _update(scenario: Scenario, actor: User, change: Callable[[ViewState], ViewState]) -> ViewState:
    access.demand_on(scenario, actor, Action.READ)
    row, _is_new = ScenarioView.objects.select_for_update().get_or_create(
        person=actor, scenario=scenario
    )
    # What doesn't fit is dropped by the reader, so nothing wrong is ever stored.
    state = read_view(change(read_view(row.state)).to_json())
    row.state = state.to_json()
    row.save(update_fields=["state"])
    scenario.looked_at = (actor.pk, row.state)
    return state
