"""The hash of a plan: the same for plans that give the same dates and draws.

The canonical plan is the plan file with rows sorted by key, names left out,
durations in hours and minutes, and nothing that is default; so renaming,
reordering or adding a field with a default to the format leaves it alone.
"""

import hashlib
import json
from typing import Any

from planning.core.durations import EXACT
from planning.core.plan import Plan
from planning.core.project_words import write_settings
from planning.core.words import DRIVERS, ROW_KINDS, RowKind


def canonical_plan(plan: Plan) -> dict[str, Any]:
    """Return the plan as plain JSON values in one canonical form."""
    project = write_settings(plan.project, EXACT)
    del project["name"]
    return {
        "lineo": 1,
        "project": project,
        **{kind.collection: _rows(kind, plan) for kind in ROW_KINDS},
    }


def plan_hash(plan: Plan) -> str:
    """Return the SHA-256 of the canonical plan, in 64 hexadecimal digits.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings
    >>> one = Plan(ProjectSettings("Shed", datetime(2026, 1, 5, 8)))
    >>> two = Plan(ProjectSettings("Barn", datetime(2026, 1, 5, 8)))
    >>> plan_hash(one) == plan_hash(two)
    True
    """
    text = json.dumps(canonical_plan(plan), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(kind: RowKind, plan: Plan) -> list[dict[str, Any]]:
    rows = sorted(getattr(plan, kind.collection), key=lambda row: row.key)
    return [_canonical(kind, row) for row in rows]


def _canonical(kind: RowKind, row: Any) -> dict[str, Any]:
    words = kind.write(row, EXACT)
    if kind is not DRIVERS:
        words.pop("name", None)
    if "tasks" in words:
        words["tasks"] = sorted(words["tasks"])
    return words
