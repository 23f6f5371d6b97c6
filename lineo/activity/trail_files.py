"""The audit trail as a file: CSV for a spreadsheet, JSON for a program."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lineo.activity.models import Event
from lineo.activity.sight import Sight
from lineo.activity.trail import Line, lines_of

MOST_ROWS = 50_000
_AT_ONCE = 2_000
# The wide ones are what Japanese and Chinese keyboards type; some spreadsheets take them alike.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
_COLUMNS = (
    "number", "time", "action", "actor", "actor_kind", "actor_id", "object_kind",
    "object_id", "object", "project", "scenario", "before", "after", "edits", "request_id",
    "token", "token_id", "withheld",
)  # fmt: skip


def present(line: Line) -> dict[str, Any]:
    """Return a line as the API and the JSON file show it."""
    event, row = line.event, line.row
    return {
        "number": event.sequence,
        "time": row.created_at,
        "action": event.action,
        "actor": {
            "kind": row.actor_kind,
            "id": row.actor_id,
            "name": str(row.actor) if row.actor else "",
            "token": {"id": row.token_id, "name": row.token_name} if row.token_id else None,
        },
        "object": {"kind": event.subject_kind, "id": event.subject_id, "name": line.what},
        "project": event.project_id,
        "scenario": event.scenario_id,
        "before": line.before,
        "after": line.after,
        "edits": line.edits,
        "request_id": row.request_id or None,
        "withheld": line.is_withheld,
    }


def written(rows: QuerySet[Event], suffix: str, sight: Sight) -> bytes:
    """Return ``rows`` as a file, as far as ``sight`` goes.

    Raises
    ------
    ValidationError
        If there are more rows than one file holds.
    """
    if rows.count() > MOST_ROWS:
        raise ValidationError(
            _("One file holds %(most)s rows. Choose a shorter time, or one person.")
            % {"most": f"{MOST_ROWS:,}"}
        )
    lines = _lines(rows, sight)
    return _csv(lines) if suffix == "csv" else _json(lines)


def neutral(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula.

    Examples
    --------
    >>> neutral("=1+1"), neutral("Dig"), neutral("")
    ("'=1+1", 'Dig', '')
    """
    is_formula = text.lstrip().startswith(_FORMULA) or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if is_formula else text


def _lines(rows: QuerySet[Event], sight: Sight) -> Iterator[Line]:
    events = rows.iterator(chunk_size=_AT_ONCE)
    while several := list(islice(events, _AT_ONCE)):
        yield from lines_of(several, sight)


def _json(lines: Iterator[Line]) -> bytes:
    return json.dumps([present(line) for line in lines], cls=DjangoJSONEncoder).encode()


def _csv(lines: Iterator[Line]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for line in lines:
        writer.writerow(neutral(cell) for cell in _cells(present(line)))
    return out.getvalue().encode()


def _cells(shown: dict[str, Any]) -> Sequence[str]:
    actor, thing = shown["actor"], shown["object"]
    token = actor["token"] or {"id": None, "name": None}
    cells = (
        shown["number"], shown["time"].isoformat(), shown["action"], actor["name"], actor["kind"],
        actor["id"], thing["kind"], thing["id"], thing["name"], shown["project"],
        shown["scenario"], shown["before"], shown["after"], shown["edits"] or None,
        shown["request_id"], token["name"], token["id"], "yes" if shown["withheld"] else None,
    )  # fmt: skip
    return [_cell(cell) for cell in cells]


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return "" if value is None else str(value)
