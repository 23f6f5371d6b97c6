"""A row of the change log in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lineo.activity.models import Change

SHOWN_EDITS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One change with the fields that it touched."""

    change: Change
    lines: list[str]
    more: int


def entries_of(changes: Iterable[Change]) -> list[Entry]:
    """Return the changes with what each of them did, shortened."""
    return [
        Entry(
            change,
            [_line(edit) for edit in change.edits[:SHOWN_EDITS]],
            max(len(change.edits) - SHOWN_EDITS, 0),
        )
        for change in changes
    ]


def _line(edit: dict[str, Any]) -> str:
    what, key = edit.get("what"), edit.get("key", "")
    kind = str(edit.get("kind", "")).replace("_", " ")
    if what == "added":
        return _("%(kind)s %(key)s added") % {"kind": kind, "key": key}
    if what == "removed":
        return _("%(kind)s %(key)s removed") % {"kind": kind, "key": key}
    values = {
        "kind": kind,
        "key": key,
        "field": str(edit.get("field", "")).replace("_", " "),
        "from": _said(edit.get("from")),
        "to": _said(edit.get("to")),
    }
    return _("%(kind)s %(key)s: %(field)s %(from)s → %(to)s") % values


def _said(value: Any) -> str:
    if value in (None, ""):
        return "–"
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if part not in (None, ""))
    return str(value)
