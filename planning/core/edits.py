"""The one vocabulary of change: what differs between two plans.

A diff lists edits, a merge chooses among edits, the change log stores edits,
undo applies their inverses. Values stand in the words of the plan file
(``"12d"``, ``{"distribution": "pert", …}``), so a log row can be read by
people and by other tools.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class EditKind(StrEnum):
    """What an edit is about; estimate and progress are fields of a task."""

    TASK = "task"
    ESTIMATE = "estimate"
    DEPENDENCY = "dependency"
    CALENDAR = "calendar"
    RISK = "risk"
    DRIVER = "driver"
    CORRELATION = "correlation"
    PROGRESS = "progress"
    SETTING = "setting"


class What(StrEnum):
    """How the thing differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


_INVERSE = {What.ADDED: What.REMOVED, What.REMOVED: What.ADDED, What.CHANGED: What.CHANGED}


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference: a thing added or removed, or one field changed.

    ``before`` and ``after`` are JSON values in plan-file words. For a thing
    added or removed the one that exists is the whole thing, as it stands in
    the plan file, and ``field`` is empty. Settings have the field as key.
    """

    kind: EditKind
    key: str
    what: What
    field: str = ""
    before: Any = None
    after: Any = None

    def inverse(self) -> "Edit":
        """Return the edit that takes this one back."""
        return Edit(self.kind, self.key, _INVERSE[self.what], self.field, self.after, self.before)

    def to_json(self) -> dict[str, Any]:
        """Return the edit as ``diff --json`` and the change log write it."""
        return {
            "kind": str(self.kind),
            "key": self.key,
            "what": str(self.what),
            "field": self.field or None,
            "from": self.before,
            "to": self.after,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Edit":
        """Read what :meth:`to_json` wrote."""
        return cls(
            EditKind(value["kind"]),
            value["key"],
            What(value["what"]),
            value["field"] or "",
            value["from"],
            value["to"],
        )


def inverse(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits that take ``edits`` back, last first.

    Examples
    --------
    >>> edit = Edit(EditKind.TASK, "A", What.CHANGED, "duration", "1d", "2d")
    >>> inverse([edit])[0].after
    '1d'
    """
    return tuple(edit.inverse() for edit in reversed(tuple(edits)))
