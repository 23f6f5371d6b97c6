"""One field of a row of the Plan, as the plan file writes it.

A table of fields says for each kind of row what a field is called, which
attributes it stands for, and how its value is written and read. The plan
file, the diff, the merge and the change log all use these tables, so that a
field added once is known to each of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from itertools import compress
from operator import attrgetter, ne
from typing import Any, cast

from planning.core.durations import Units
from planning.core.edits import EditKind
from planning.core.plan import PlanError

FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the plan file and its two directions.

    ``write`` takes the row, since some values are written in the light of
    another (an estimate of an elapsed task); ``read`` gives attributes by
    name. ``kind`` is what an edit of the field is called.
    """

    name: str
    kind: EditKind
    attributes: tuple[str, ...]
    write: Callable[[Any, Units], Any]
    read: Callable[[Any, Units], dict[str, Any]]

    def value(self, row: Any) -> Any:
        """Return what two rows are compared by."""
        if len(self.attributes) == 1:
            return getattr(row, self.attributes[0])
        return tuple(getattr(row, attribute) for attribute in self.attributes)

    def put(self, row: Any, words: Any, units: Units) -> Any:
        """Return ``row`` with this field as ``words`` say."""
        return replace(row, **self.read(words, units))


def table(*rows: Field) -> dict[str, Field]:
    """Return fields by name, in the order of the plan file."""
    return {row.name: row for row in rows}


def fields_without(fields: Mapping[str, Field], attributes: set[str]) -> dict[str, Field]:
    """Return the fields that stand for none of these attributes."""
    return {name: field for name, field in fields.items() if not attributes & {*field.attributes}}


def writer(
    row_type: type, rows: Mapping[str, Field], *, always: frozenset[str] = frozenset()
) -> Callable[[Any, Units], dict[str, Any]]:
    """Return what writes the fields of a row that differ from their defaults, or ``always``.

    Defaults are looked up once for the type, since plans have many rows.
    """
    defaults = {field.name: field.default for field in fields(cast(Any, row_type))}
    watched = [(field, name) for field in rows.values() for name in field.attributes]
    written = tuple(field for field, _ in watched)
    # What is always written differs from this, whatever it is.
    nothing = object()
    expected = tuple(nothing if f.name in always else defaults[name] for f, name in watched)
    values_of = attrgetter(*(name for _, name in watched))

    def write(row: Any, units: Units) -> dict[str, Any]:
        values = values_of(row) if len(watched) > 1 else (values_of(row),)
        if values == expected:
            return {}
        changed = compress(written, map(ne, values, expected))
        return {field.name: field.write(row, units) for field in changed}

    return write


def read_fields(
    words: Mapping[str, Any], rows: Mapping[str, Field], units: Units
) -> dict[str, Any]:
    """Return the attributes that the named ``words`` stand for.

    Raises
    ------
    PlanError
        With the name of the field at fault at the head of its path.
    """
    attributes: dict[str, Any] = {}
    for name, value in words.items():
        try:
            attributes.update(rows[name].read(value, units))
        except PlanError as fault:
            raise inside(name, fault) from None
    return attributes


def inside(path: str, fault: PlanError) -> PlanError:
    """Return ``fault`` with its path continued from ``path``."""
    separator = "." if fault.path and not fault.path.startswith("[") else ""
    return PlanError(fault.message, path=f"{path}{separator}{fault.path}")


def write_moment(moment: datetime | None) -> str | None:
    """Write an instant to the minute, or to the second where it has one."""
    if moment is None:
        return None
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def read_moment(text: str | None) -> datetime | None:
    """Read an instant without a zone, ``2026-01-05T08:00``."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise PlanError(f"“{text}” is no date; write one such as 2026-01-05T08:00") from None
    _check_year(moment.year, text)
    return moment


def read_date(text: str) -> date:
    """Read a day, ``2026-01-05``."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise PlanError(f"“{text}” is no date; write one such as 2026-01-05") from None
    _check_year(day.year, text)
    return day


def number(value: float) -> float | int:
    """Return a float as the shortest JSON number that says it."""
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value


def simple(
    name: str,
    kind: EditKind,
    write: Callable[[Any, Units], Any],
    read: Callable[[Any, Units], Any],
    attribute: str = "",
) -> Field:
    """Return a field of one attribute; ``None`` stands for itself."""
    target = attribute or name

    def write_row(row: Any, units: Units) -> Any:
        value = getattr(row, target)
        return None if value is None else write(value, units)

    def read_words(words: Any, units: Units) -> dict[str, Any]:
        return {target: None if words is None else read(words, units)}

    return Field(name, kind, (target,), write_row, read_words)


def plain(name: str, kind: EditKind, attribute: str = "") -> Field:
    """Return a field whose value stands in JSON as it is."""
    return simple(name, kind, lambda value, _: value, lambda words, _: words, attribute)


def moment(name: str, kind: EditKind) -> Field:
    """Return a field that holds an instant or nothing."""
    return simple(name, kind, lambda value, _: write_moment(value), lambda w, _: read_moment(w))


def ratio(name: str, kind: EditKind) -> Field:
    """Return a field that holds a float."""
    return simple(name, kind, lambda value, _: number(value), lambda words, _: float(words))


def choice(name: str, kind: EditKind, options: Callable[[str], Any]) -> Field:
    """Return a field that holds one of an enumeration."""
    return simple(name, kind, lambda value, _: str(value), lambda words, _: options(words))


def _check_year(year: int, text: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise PlanError(f"{text} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
