"""Tables from strangers: bytes → headings and rows, whatever wrote them."""

import csv
import io
import re

from planning.core.plan import PlanError
from planning.interchange.csv_columns import columns_of

MAX_ROWS = 200_000
MAX_CELL = 200_000
DELIMITERS = (",", ";", "\t", "|")

Table = list[list[str]]

_UNFIT = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def decode_text(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with a mark, or cp1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_table(data: bytes) -> tuple[Table, int]:
    """Return the rows of a table, headings first, empty rows kept; control characters as blanks.

    The number says how many of these there were.

    The delimiter is the one by which the first row holds most known headings.

    Raises
    ------
    PlanError
        If the file is no table, or has no heading that Lineo knows.
    """
    text = decode_text(data)
    if "\x00" in text:
        raise PlanError("This is neither a plan nor a table: it holds NUL characters.")
    text, unfit = _UNFIT.subn(" ", text)
    delimiter = max(DELIMITERS, key=lambda mark: len(columns_of(_first_row(text, mark))))
    columns = set(columns_of(_first_row(text, delimiter)).values())
    if not columns & {"id", "name"} or len(columns) < 2:
        raise PlanError(
            "This is neither a plan nor a table that Lineo can read: its first row should hold "
            "headings such as id, name, duration and predecessors."
        )
    return _rows(text, delimiter), unfit


def write_table(rows: Table) -> str:
    """Return a table as comma-separated text."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def _rows(text: str, delimiter: str) -> Table:
    csv.field_size_limit(MAX_CELL)
    rows: Table = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
            if len(rows) > MAX_ROWS:
                raise PlanError(f"This table has more than {MAX_ROWS:,} rows.")
    except csv.Error as fault:
        raise PlanError(f"Row {len(rows) + 1}: the table is broken ({fault}).") from None
    return rows


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise PlanError("The text of this file is broken.") from None
