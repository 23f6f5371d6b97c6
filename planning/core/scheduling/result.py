"""What scheduling a plan gives: dates, floats and the reasons for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple


class Reason(NamedTuple):
    """What sets a date.

    ``kind`` is one of ``dependency``, ``external``, ``constraint``, ``data_date``,
    ``project_start``, ``calendar``, ``actual``, ``manual``,
    ``project_finish`` and ``must_finish_by``. Of a dependency, ``id`` is the
    task at its other end and ``type`` and ``lag`` are its own; so of a link
    to another project (``external``), whose ``id`` is ``project|task`` and
    whose ``date`` is what it asks for; of a constraint, ``type`` is its type
    (or ``deadline``) and ``date`` its date.
    """

    kind: str
    id: str | None = None
    type: str | None = None
    lag: str | None = None
    date: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the reason in the words of ``schedule --json``."""
        words: dict[str, Any] = {"kind": self.kind}
        for name in ("id", "type", "lag"):
            value = getattr(self, name)
            if value is not None:
                words[name] = value
        if self.date is not None:
            words["date"] = self.date.isoformat(timespec="minutes")
        return words


class ScheduledTask(NamedTuple):
    """The dates of one task and why they are so.

    Of a started task ``early_*`` and ``late_*`` are those of the remaining
    work, or, by Microsoft Project's rules, of the whole. A finished task has
    neither late dates nor float. ``network_*`` is what the links would have
    chosen for a manual task. A summary rolls up what lies below it.
    """

    key: str
    start: datetime
    finish: datetime
    early_start: datetime
    early_finish: datetime
    late_start: datetime | None
    late_finish: datetime | None
    total_float_minutes: int | None
    free_float_minutes: int | None
    critical: bool
    driven_by: tuple[Reason, ...] = ()
    limited_by: tuple[Reason, ...] = ()
    on_longest_path: bool = False
    network_start: datetime | None = None
    network_finish: datetime | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """The dates of a whole plan, by task key in table order.

    ``basis`` is what an edited plan is rescheduled from; it is no part of the
    value, and nothing else reads it.
    """

    start: datetime
    finish: datetime
    tasks: Mapping[str, ScheduledTask]
    basis: object = field(default=None, compare=False, repr=False)

    def task(self, key: str) -> ScheduledTask:
        """Return the dates of one task."""
        return self.tasks[key]
