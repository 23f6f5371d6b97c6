"""Rows of the change log in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass

from lineo.activity.models import Change
from planning.change_veil import seen_changes
from planning.core.plan import Plan
from planning.core.sentences import sentences
from planning.services.history import edits_of

SHOWN_LINES = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One change with what it did, shortened."""

    change: Change
    lines: list[str]
    more: int


def entries_of(changes: Iterable[Change], plan: Plan) -> list[Entry]:
    """Return the changes with a line for each thing that they touched.

    Parameters
    ----------
    plan
        The plan as it stands, which names what is still there.
    """
    return [_entry(change, plan) for change in seen_changes(changes)]


def _entry(change: Change, plan: Plan) -> Entry:
    lines = [sentence.text for sentence in sentences(edits_of(change), plan, plan)]
    return Entry(change, lines[:SHOWN_LINES], max(len(lines) - SHOWN_LINES, 0))
