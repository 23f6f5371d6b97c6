"""Relationships of a XER file."""

from collections.abc import Iterable, Iterator

from planning.core.plan import Dependency, Lag, LinkType, Task
from planning.interchange.report import ReportBuilder
from planning.interchange.xer_tables import Record
from planning.interchange.xer_values import LINK_TYPES, minutes_of


def read_links(
    records: Iterable[Record], keys: dict[str, str], tasks: dict[str, Task], report: ReportBuilder
) -> Iterator[Dependency]:
    """Yield the links between activities of the file; others are counted as dropped."""
    for record in records:
        successor = keys.get(record.get("task_id", ""))
        predecessor = keys.get(record.get("pred_task_id", ""))
        if successor is None or predecessor is None:
            if successor is not None or predecessor is not None:
                _drop_half(record, tasks, successor or predecessor or "", report)
            continue
        kind = LINK_TYPES.get(record.get("pred_type", ""))
        if kind is None:
            report.warn(
                f"The link to “{tasks[successor].name}” is of an unknown type "
                f"({record.get('pred_type', '')}); finish to start is taken."
            )
        yield Dependency(
            predecessor,
            successor,
            kind or LinkType.FS,
            Lag(minutes_of(record, "lag_hr_cnt") or 0),
        )


def _drop_half(record: Record, tasks: dict[str, Task], known: str, report: ReportBuilder) -> None:
    if record.get("proj_id") != record.get("pred_proj_id"):
        report.drop("links.other_project")
        return
    report.warn(
        f"A link of activity “{tasks[known].name}” leads to one that is not in the file; left out."
    )
