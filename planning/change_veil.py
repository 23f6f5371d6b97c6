"""The log of changes as somebody sees it from whom parts of the plan are hidden."""

import json
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

    def __init__(self, project_id: UUID, scenario_id: UUID) -> None:
        self.is_drawn = veil.is_drawn(project_id)
        self._hidden: frozenset[str] = frozenset()
        self._readable: frozenset[str] = frozenset()
        if self.is_drawn:
            keys = Task.objects.filter(scenario=scenario_id).values_list("key", flat=True)
            self._hidden = veil.hidden().in_scenario(scenario_id)
            self._readable = frozenset(keys) - self._hidden

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
    """Return the changes as whoever asks may see them."""
    veils: dict[UUID, ChangeVeil] = {}
    found = []
    for change in changes:
        if change.subject_id not in veils:
            veils[change.subject_id] = ChangeVeil(change.project_id, change.subject_id)
        found.append(veils[change.subject_id].change(change))
    return found
