"""The log of changes as somebody sees it from whom tasks of the plan or its siblings are hidden."""

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
from planning.services.ancestry import BRANCH, JOINING, MERGE

Edits = list[dict[str, Any]]


class ChangeVeil:
    """Decides of edits of one scenario; a task that is no longer there counts as hidden.

    Of a deleted task nobody can tell any more under which summary it stood.
    """

    def __init__(
        self, project_id: UUID, scenario_id: UUID, *, keys: frozenset[str] | None = None
    ) -> None:
        self.is_drawn = veil.is_drawn(project_id)
        self._closed = veil.closed_scenarios()
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
        if self._names_hidden_plan(change):
            change.summary = _where_from(change)
        if not self.is_drawn:
            return change
        shown = self.edits(change.edits)
        if len(shown) < len(change.edits):
            change.summary = _("Changed restricted tasks")
            change.edits = shown
        return change

    def _names_hidden_plan(self, change: Change) -> bool:
        """Whether it may name a scenario that is hidden: of some it isn't known which they name."""
        is_known = change.joined_id is not None and change.joined_id not in self._closed
        return bool(self._closed) and change.intention in JOINING and not is_known

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


def _where_from(change: Change) -> str:
    if change.intention == BRANCH:
        return _("Branched from another scenario")
    said = _("Merged another scenario")
    if change.intention != MERGE:
        said = _("Rebased onto another scenario")
    return _("Undo: %(summary)s") % {"summary": said} if change.is_undo else said


def _keys_in(scenario_ids: set[UUID]) -> dict[UUID, frozenset[str]]:
    """Return the keys of the tasks of each scenario, none of one that isn't named."""
    keys: dict[UUID, set[str]] = defaultdict(set)
    if scenario_ids:
        rows = Task.objects.filter(scenario__in=scenario_ids).order_by()
        for scenario_id, key in rows.values_list("scenario_id", "key"):
            keys[scenario_id].add(key)
    return defaultdict(frozenset, {place: frozenset(found) for place, found in keys.items()})
