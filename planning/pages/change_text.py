"""Rows of the change log in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Func, IntegerField, JSONField, QuerySet

from lineo.activity.models import Change
from planning import selectors, veil
from planning.change_veil import seen_changes
from planning.core.edits import Edit
from planning.core.plan import Plan
from planning.core.sentences import sentences
from planning.models import Scenario

SHOWN_LINES = 12
READ_EDITS = 100
"""A change may hold many thousands of edits: no more are read than its first lines need."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change with what it did, shortened; ``has_more`` where lines are left out."""

    change: Change
    lines: list[str]
    edit_count: int
    has_more: bool


def history_of(scenario: Scenario) -> QuerySet[Change]:
    """Return a scenario's changes with their first edits as ``beginning`` and their number.

    Whoever may not see all of the plan is shown only what touches nothing hidden, which
    takes every edit to decide.
    """
    changes = selectors.changes_of(scenario)
    if veil.is_drawn(scenario.project_id):
        return changes
    return changes.defer("edits").annotate(
        beginning=Func(
            F("edits"),
            function="jsonb_path_query_array",
            template=f"%(function)s(%(expressions)s, '$[0 to {READ_EDITS - 1}]')",
            output_field=JSONField(),
        ),
        edit_count=Func(F("edits"), function="jsonb_array_length", output_field=IntegerField()),
    )


def entries_of(changes: Iterable[Change], plan: Plan) -> list[Entry]:
    """Return the changes with a line for each thing that they touched.

    Parameters
    ----------
    changes
        Rows of :func:`history_of`.
    plan
        The plan as it stands, which names what is still there.
    """
    return [_entry(change, plan) for change in seen_changes(changes)]


def _entry(change: Change, plan: Plan) -> Entry:
    edits = getattr(change, "beginning", None)
    edits = change.edits if edits is None else edits
    count = getattr(change, "edit_count", len(edits))
    told = sentences((Edit.from_json(edit) for edit in edits[:READ_EDITS]), plan, plan)
    lines = [sentence.text for sentence in told]
    return Entry(change, lines[:SHOWN_LINES], count, len(lines) > SHOWN_LINES or count > READ_EDITS)
