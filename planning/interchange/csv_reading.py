"""Rows of a table → the words of a plan file."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import PurePath
from typing import Any, TypeVar

from planning.core.durations import (
    EXACT,
    Duration,
    Units,
    format_duration,
    parse_typed_duration,
    shorten,
)
from planning.core.estimate_words import estimate_to_words
from planning.core.estimates import TypedEstimate, parse_estimate
from planning.core.plan import PlanError, TaskKind, standard_calendar
from planning.interchange.csv_cells import (
    day_first,
    plain_text,
    read_date,
    read_links,
    read_percent,
)
from planning.interchange.csv_columns import columns_of
from planning.interchange.csv_outline import Numbered, at_row, parents_of
from planning.interchange.day_edges import DayEdges
from planning.interchange.json_text import parse_json
from planning.interchange.planfile import PlanFileError
from planning.interchange.report import ReportBuilder

Table = list[list[str]]
Result = TypeVar("Result")
PREDECESSORS = "predecessors"

_COLLECTIONS = {
    "calendar": "calendars",
    "risk": "risks",
    "driver": "drivers",
    "correlation": "correlations",
}
_DATES = ("start", "finish", "actual_start", "actual_finish", "constraint_date", "deadline")
_YES = {"yes", "y", "true", "1", "x", "ja", "oui", "si"}
_CONSTRAINTS = {
    "assoonaspossible": "ASAP",
    "aslateaspossible": "ALAP",
    "startnoearlierthan": "SNET",
    "startnolaterthan": "SNLT",
    "finishnoearlierthan": "FNET",
    "finishnolaterthan": "FNLT",
    "muststarton": "MSO",
    "mustfinishon": "MFO",
}


class TableReader:
    """Reads one table; ``rows`` says which row each entry stands in."""

    def __init__(self, table: Table, name: str, today: date | None) -> None:
        self.name = name
        self.today = today
        self.report = ReportBuilder()
        self.faults: list[PlanError] = []
        self.rows: defaultdict[str, list[int]] = defaultdict(list)
        self.columns = columns_of(table[0])
        self.has_constraints = "constraint" in self.columns.values()
        self.records = list(self._records(table))
        self.is_day_first = day_first(
            record[column] for _, record in self.records for column in _DATES if column in record
        )
        self.units = Units()

    def data(self) -> dict[str, Any]:
        """Return the table as the values of a plan file.

        Raises
        ------
        PlanFileError
            With the row of each senseless cell.
        """
        project = self._project()
        tasks = [(row, record) for row, record in self.records if self._is_task(record)]
        keys = self._keys(tasks)
        parents = parents_of(tasks, keys, set(self.columns.values()), self.faults)
        blocks: dict[str, list[Any]] = defaultdict(list)
        for (row, record), key, parent in zip(tasks, keys, parents, strict=True):
            words = self._collect(row, self._task, record, key, parent)
            self._add(blocks, "tasks", row, words)
        self._links(tasks, keys, blocks)
        self._others(blocks)
        if self.faults:
            raise PlanFileError(self.faults)
        self._start(project, blocks["tasks"])
        return {"lineo": 1, "project": project, **blocks}

    def _records(self, table: Table) -> Iterator[Numbered]:
        """Yield each row's number and its cells by column, empty ones left out."""
        headings = table[0]
        for number, cells in enumerate(table[1:], start=2):
            record = {}
            for place, cell in enumerate(cells):
                text = plain_text(cell)
                if not text:
                    continue
                if place in self.columns:
                    record[self.columns[place]] = text
                elif place < len(headings):
                    self.report.drop(f"columns.{headings[place].strip()[:60] or place + 1}")
            if record:
                yield number, record

    @staticmethod
    def _is_task(record: dict[str, str]) -> bool:
        return record.get("kind", "").lower() not in {"project", *_COLLECTIONS}

    def _project(self) -> dict[str, Any]:
        """Return the project block and learn how long a day is."""
        project: dict[str, Any] = {"name": PurePath(self.name).stem or "Imported plan"}
        for row, record in self.records:
            if record.get("kind", "").lower() == "project":
                details = self._collect(row, _details, record) or {}
                project |= {"name": record.get("name", project["name"]), **details}
                if "start" in record:
                    project["start"] = self._collect(row, self._date, record, "start")
        try:
            self.units = Units(
                int(project.get("minutes_per_day", 480)), int(project.get("minutes_per_week", 2400))
            )
        except (TypeError, ValueError):
            self.units = Units()
        return project

    def _keys(self, tasks: list[Numbered]) -> list[str]:
        """Return each task's id, which is its place where no column holds one."""
        return [record.get("id", str(place)) for place, (_, record) in enumerate(tasks, start=1)]

    def _task(self, record: dict[str, str], key: str, parent: str | None) -> dict[str, Any]:
        words: dict[str, Any] = {"id": key, "name": record.get("name", key), "parent": parent}
        if (kind := self._field("kind", _kind, record)) is not None:
            words["kind"] = kind
        words |= self._times(record)
        for column in ("actual_start", "actual_finish", "deadline"):
            if column in record:
                words[column] = self._date(record, column)
        if "percent_complete" in record:
            words["percent_complete"] = self._field("percent_complete", _percent, record)
        if "calendar" in record:
            words["calendar"] = record["calendar"]
        if "constraint" in record:
            words["constraint"] = self._constraint(record)
        elif "start" in record and not self.has_constraints:
            self._keep_start(record, words)
        return words | _details(record)

    def _times(self, record: dict[str, str]) -> dict[str, Any]:
        """Return duration, estimate and remaining, from whichever cells hold them."""
        words: dict[str, Any] = {}
        elapsed = False
        if "duration" in record:
            typed = self._field("duration", self._duration, record)
            elapsed = typed.elapsed
            words |= self._typed(typed)
        if (range_ := self._range(record)) is not None:
            words["estimate"] = estimate_to_words(range_.estimate, EXACT, elapsed=range_.elapsed)
        if not words and self._spans(record):
            words["duration"] = f"{self._minutes_between(record)}m"
        if "remaining" in record:
            left = self._field("remaining", self._remaining, record)
            is_elapsed = left.elapsed or elapsed
            words["remaining"] = format_duration(left.minutes, EXACT, elapsed=is_elapsed)
        return words

    def _duration(self, record: dict[str, str]) -> TypedEstimate:
        return parse_estimate(_bare(record["duration"]), self.units)

    def _remaining(self, record: dict[str, str]) -> Duration:
        return parse_typed_duration(_bare(record["remaining"]), self.units)

    def _typed(self, typed: TypedEstimate) -> dict[str, Any]:
        words = estimate_to_words(typed.estimate, EXACT, elapsed=typed.elapsed)
        return {"duration": words["value"]} if "value" in words else {"estimate": words}

    def _range(self, record: dict[str, str]) -> TypedEstimate | None:
        if "estimate" in record:
            return self._field(
                "estimate", lambda r: parse_estimate(r["estimate"], self.units), record
            )
        if {"low", "mode", "high"} <= set(record):
            text = f"{record['low']}..{record['mode']}..{record['high']}"
            return self._field("estimate", lambda _: parse_estimate(text, self.units), record)
        return None

    def _spans(self, record: dict[str, str]) -> bool:
        return "start" in record and "finish" in record and not self.has_constraints

    def _minutes_between(self, record: dict[str, str]) -> int:
        edges = DayEdges({"standard": standard_calendar()})
        start, finish = self._date(record, "start"), self._date(record, "finish")
        first = datetime.fromisoformat(start)
        last = datetime.fromisoformat(finish)
        if len(finish) == len("2026-01-05"):
            last = edges.last_minute("standard", last.date())
        return edges.minutes_between("standard", first, last)

    def _constraint(self, record: dict[str, str]) -> dict[str, Any]:
        text = record["constraint"]
        type_ = _CONSTRAINTS.get(text.lower().replace(" ", ""), text.upper())
        if type_ not in _CONSTRAINTS.values():
            message = f"“{shorten(text)}” is no constraint; write one such as SNET or FNLT"
            raise PlanError(message, path="constraint")
        words: dict[str, Any] = {"type": type_}
        if "constraint_date" in record and type_ not in {"ASAP", "ALAP"}:
            words["date"] = self._date(record, "constraint_date")
        return words

    def _keep_start(self, record: dict[str, str], words: dict[str, Any]) -> None:
        """Hold a task without predecessors where a table of dates has put it."""
        if PREDECESSORS in record or "actual_start" in record:
            self.report.drop("columns.start")
            return
        words["constraint"] = {"type": "SNET", "date": self._date(record, "start")}
        self.report.warn(
            "Tasks without predecessors start no earlier than the start that the table gives them."
        )

    def _links(self, tasks: list[Numbered], keys: list[str], blocks: dict[str, list[Any]]) -> None:
        resolve = _resolver(tasks, keys)
        for (row, record), key in zip(tasks, keys, strict=True):
            cell = record.get(PREDECESSORS)
            if cell is None:
                continue
            links = self._collect(row, lambda text=cell: list(self._cell_links(text, resolve)))
            for link in links or ():
                self._add(blocks, "dependencies", row, link | {"to": key})

    def _cell_links(self, cell: str, resolve: Callable[[str], str | None]) -> list[dict[str, Any]]:
        try:
            return list(read_links(cell, resolve, self.units))
        except PlanError as fault:
            raise PlanError(fault.message, path=PREDECESSORS) from None

    def _others(self, blocks: dict[str, list[Any]]) -> None:
        for row, record in self.records:
            kind = record.get("kind", "").lower()
            if kind not in _COLLECTIONS:
                continue
            words = self._collect(row, _details, record)
            named = {column: record[column] for column in ("id", "name") if column in record}
            if words is not None:
                self._add(blocks, _COLLECTIONS[kind], row, named | words)

    def _start(self, project: dict[str, Any], tasks: list[dict[str, Any]]) -> None:
        """Give a project without a start the earliest date of the table."""
        if project.get("start"):
            return
        dates = [words["actual_start"] for words in tasks if words.get("actual_start")]
        dates += [
            record_date
            for words in tasks
            if (record_date := (words.get("constraint") or {}).get("date")) is not None
        ]
        if dates:
            project["start"] = min(dates)
            return
        project["start"] = (self.today or datetime.now(UTC).date()).isoformat()
        self.report.warn(
            f"The table gives no date, so the project starts on {project['start']}; "
            "set another start in its settings."
        )

    def _date(self, record: dict[str, str], column: str) -> str:
        try:
            return read_date(record[column], is_day_first=self.is_day_first)
        except PlanError as fault:
            raise PlanError(fault.message, path=column) from None

    @staticmethod
    def _field(
        column: str, read: Callable[[dict[str, str]], Result], record: dict[str, str]
    ) -> Result:
        try:
            return read(record)
        except PlanError as fault:
            raise PlanError(fault.message, path=column) from None

    def _collect(self, row: int, read: Callable[..., Any], *arguments: Any) -> Any:
        """Return what ``read`` gives, or None and keep its fault with the row."""
        try:
            return read(*arguments)
        except PlanError as fault:
            self.faults.append(at_row(row, fault.path, fault.message))
            return None

    def _add(self, blocks: dict[str, list[Any]], collection: str, row: int, words: Any) -> None:
        if words is not None:
            blocks[collection].append(words)
            self.rows[collection].append(row)


def _details(record: dict[str, str]) -> dict[str, Any]:
    if "details" not in record:
        return {}
    try:
        words = parse_json(record["details"])
    except PlanError as fault:
        raise PlanError(fault.message, path="details") from None
    if not isinstance(words, dict):
        raise PlanError("must be a JSON object", path="details")
    return words


def _kind(record: dict[str, str]) -> str | None:
    if record.get("milestone", "").lower() in _YES:
        return "milestone"
    text = record.get("kind", "").lower()
    if not text:
        return None
    if text not in set(TaskKind):
        raise PlanError(f"“{shorten(text)}” is no kind; write task, milestone, summary or effort")
    return text


def _percent(record: dict[str, str]) -> float:
    return read_percent(record["percent_complete"])


def _bare(text: str) -> str:
    """Return a duration without MS Project's mark of an estimated one."""
    return text.rstrip().removesuffix("?")


def _resolver(tasks: list[Numbered], keys: list[str]) -> Callable[[str], str | None]:
    """Return what finds a task by its id, or by its name where that is unique."""
    known = set(keys)
    by_name: dict[str, str | None] = {}
    for (_, record), key in zip(tasks, keys, strict=True):
        name = record.get("name", "")
        by_name[name] = None if name in by_name else key
    return lambda text: text if text in known else by_name.get(text)
