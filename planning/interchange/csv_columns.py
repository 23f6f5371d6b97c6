"""Which column of a table means what, in the headings that programs write."""

import re
from collections.abc import Sequence

COLUMNS = (
    "id",
    "name",
    "parent",
    "kind",
    "duration",
    "estimate",
    "predecessors",
    "start",
    "finish",
    "percent_complete",
    "actual_start",
    "actual_finish",
    "remaining",
    "constraint",
    "constraint_date",
    "deadline",
    "calendar",
    "details",
)

_HEADINGS = {
    "id": "id key taskid activityid uid uniqueid no number identifier",
    "name": "name task taskname activity activityname title summary",
    "parent": "parent parentid parenttask",
    "outline_level": "outlinelevel level indent",
    "outline_number": "outlinenumber wbs wbscode outline",
    "kind": "kind type tasktype",
    "milestone": "milestone ismilestone",
    "duration": "duration originalduration effortdays",
    "estimate": "estimate range durationestimate",
    "low": "low optimistic optimisticduration minimum min best bestcase o",
    "mode": "mode likely mostlikely mostlikelyduration expected m",
    "high": "high pessimistic pessimisticduration maximum max worst worstcase p",
    "predecessors": "predecessors predecessor dependson dependencies after",
    "start": "start startdate begin plannedstart",
    "finish": "finish finishdate end enddate plannedfinish",
    "percent_complete": "percentcomplete complete done progress pctcomplete",
    "actual_start": "actualstart",
    "actual_finish": "actualfinish actualend",
    "remaining": "remaining remainingduration",
    "constraint": "constraint constrainttype",
    "constraint_date": "constraintdate",
    "deadline": "deadline due duedate",
    "calendar": "calendar taskcalendar",
    "details": "details",
}
_BY_HEADING = {heading: name for name, words in _HEADINGS.items() for heading in words.split()}


def column_of(heading: str) -> str | None:
    """Return the column that a heading means, or None.

    Examples
    --------
    >>> column_of("Task Name"), column_of("% Complete"), column_of("Cost")
    ('name', 'percent_complete', None)
    """
    return _BY_HEADING.get(re.sub(r"[^a-z0-9]", "", heading.lower()))


def columns_of(headings: Sequence[str]) -> dict[int, str]:
    """Return the meaning of each column by its place; the first of two wins."""
    found: dict[int, str] = {}
    for place, heading in enumerate(headings):
        name = column_of(heading)
        if name is not None and name not in found.values():
            found[place] = name
    return found
