"""Which versions a person's own change left, so that their next one is not held against them.

The rows come anew a moment later; who drags the same bar twice is faster.
"""

from lineo.activity.models import Change
from planning import snapshot
from planning.core.edits import EditKind
from planning.models import Scenario

MOST_ROWS = 60
_ROW_KINDS = (EditKind.TASK, EditKind.ESTIMATE, EditKind.PROGRESS)


def versions_after(scenario: Scenario, change: Change) -> dict[str, int]:
    """Return the versions of the tasks that the change touched, by their ids; none of many."""
    keys = {edit["key"] for edit in change.edits if edit["kind"] in _ROW_KINDS}
    if not keys or len(keys) > MOST_ROWS:
        return {}
    held = snapshot.cached(scenario)
    there = held.identities["tasks"].keys() & keys
    return {str(held.identity("tasks", key).id): held.version("tasks", key) for key in there}
