"""The log of changes as somebody sees it from whom parts of the plan are hidden."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from lineo.activity.models import Change
from planning import veil
from planning.core.edits import EditKind
from planning.models import Task

Edits = list[dict[str, Any]]


class ChangeVeil:
    """Decides of edits of one scenario; a task that is no longer there counts as hidden.

    Of a deleted task nobody can tell any more under which summary it stood.
    """

    def __init__(
        self, project_id: UUID, scenario_id: UUID, *, keys: frozenset[str] | None = None
    ) -> None:
        self.is_drawn = veil.is_drawn(project_id)
        self._hidden: frozenset[str] = frozenset()
        self._readable: frozenset[str] = frozenset()
        if self.is_drawn:
            known = _keys_in({scenario_id})[scenario_id] if keys is None else keys
            self._hidden = veil.hidden().in_scenario(scenario_id)
            self._readable = known - self._hidden

    def edits(self, edits: Edits) -> Edits:
        """Return those that touch nothing hidden."""
        return [edit for edit in edits if self._shows(edit)] if self.is_drawn else edits

    def change(self, change: Change) -> Change:
        """Return the change with a summary and edits that tell of nothing hidden."""
        if not self.is_drawn:
            return change
        shown = self.edits(change.edits)
        if len(shown) < len(change.edits):
            change.summary = _("Changed restricted tasks")
            change.edits = shown
        return change

    def _shows(self, edit: dict[str, Any]) -> bool:
        if edit["kind"] in (EditKind.TASK, EditKind.ESTIMATE, EditKind.PROGRESS):
            return edit["key"] in self._readable
        told = json.dumps([edit["key"].split("|"), edit["key"], edit["from"], edit["to"]])
        return not any(json.dumps(key) in told for key in self._hidden)


def seen_changes(changes: Iterable[Change]) -> list[Change]:
    """Return the changes, the same rows, as whoever asks may see them."""
    rows = list(changes)
    places = {row.subject_id: row.project_id for row in rows}
    keys = _keys_in({place for place, project_id in places.items() if veil.is_drawn(project_id)})
    veils = {place: ChangeVeil(places[place], place, keys=keys[place]) for place in places}
    return [veils[row.subject_id].change(row) for row in rows]


def _keys_in(scenario_ids: set[UUID]) -> dict[UUID, frozenset[str]]:
    """Return the keys of the tasks of each scenario, none of one that isn't named."""
    keys: dict[UUID, set[str]] = defaultdict(set)
    if scenario_ids:
        rows = Task.objects.filter(scenario__in=scenario_ids).order_by()
        for scenario_id, key in rows.values_list("scenario_id", "key"):
            keys[scenario_id].add(key)
    return defaultdict(frozenset, {place: frozenset(found) for place, found in keys.items()})
