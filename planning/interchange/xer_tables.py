"""The rows of a Primavera XER file: tab-separated tables in one text."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from planning.core.plan import PlanError

HEADER = "ERMHDR"
MAX_BYTES = 64 * 1024 * 1024

# P6 writes a line break inside a field as two of these.
DELETE = "\x7f"

Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class XerFile:
    """The tables of one file, and whether its last line was there.

    ``overfull`` names tables of which a row has more values than there are
    fields, as a tab inside a text makes it.
    """

    version: str
    tables: dict[str, list[Record]] = field(default_factory=dict)
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_complete: bool = False
    overfull: frozenset[str] = frozenset()

    def rows(self, table: str) -> list[Record]:
        """Return the rows of a table, none where the file has no such table."""
        return self.tables.get(table, [])


def is_xer(data: bytes) -> bool:
    """Whether the file begins as every XER file does."""
    return _decode(data[:64]).lstrip("\ufeff").startswith(HEADER)


def read_tables(data: bytes) -> XerFile:
    """Return the tables of a XER file.

    Raises
    ------
    PlanError
        If the file is too large, does not begin as XER, breaks off within a
        row, or holds a row before its table's fields are named.
    """
    if len(data) > MAX_BYTES:
        raise PlanError(f"This file is larger than {MAX_BYTES // 1024**2} MB.")
    text = _decode(data).lstrip("\ufeff")
    if not text.startswith(HEADER):
        raise PlanError("This is not a Primavera XER file: it does not begin with ERMHDR.")
    lines = text.split("\n")
    tables: dict[str, list[Record]] = {}
    fields: dict[str, tuple[str, ...]] = {}
    overfull: set[str] = set()
    name = ""
    is_complete = breaks_off = False
    for kind, cells in _lines(lines[1:]):
        if kind == "%T":
            name = cells[0].strip().upper() if cells else ""
            tables.setdefault(name, [])
        elif kind == "%F":
            fields[name] = tuple(cell.strip().lower() for cell in cells)
        elif kind == "%R":
            tables.setdefault(name, []).append(_record(name, fields, cells))
            breaks_off = len(cells) < len(fields[name])
            if any(cells[len(fields[name]) :]):
                overfull.add(name)
        elif kind == "%E":
            is_complete = True
    if breaks_off and not is_complete:
        raise PlanError(f"This XER file breaks off in the table {name}; export it again.")
    header = lines[0].split("\t")
    version = header[1].strip() if len(header) > 1 else ""
    return XerFile(version, tables, fields, is_complete, frozenset(overfull))


def _decode(data: bytes) -> str:
    """Return the text: UTF-8 where it is that, else Windows' Western code page.

    XER says nowhere how it is encoded; P6 writes the code page of its
    machine, newer versions UTF-8.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _lines(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each line's mark and cells; a line without a mark continues the one before."""
    kind, cells = "", [""]
    for raw in lines:
        line = raw.rstrip("\r")
        head = line[:2]
        if head in ("%T", "%F", "%R", "%E") and line[2:3] in ("", "\t"):
            if kind:
                yield kind, cells
            kind, cells = head, line[3:].split("\t")
        elif line and kind == "%R":
            more = line.split("\t")
            cells[-1] += "\n" + more[0]
            cells += more[1:]
    if kind:
        yield kind, cells


def _record(name: str, fields: dict[str, tuple[str, ...]], cells: list[str]) -> Record:
    if name not in fields:
        raise PlanError(f"The table {name or 'without a name'} of this XER file names no fields.")
    return dict(zip(fields[name], (cell.strip() for cell in cells), strict=False))


def readable(text: str) -> str:
    """Return a name without control characters, on one line."""
    cleaned = "".join(" " if ord(one) < 32 or one == DELETE else one for one in text)
    return " ".join(cleaned.split())
