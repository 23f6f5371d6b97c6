"""What stands in one cell: a link, a date, a per cent, neutralised text."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from planning.core.durations import Units, format_lag, parse_typed_lag, shorten
from planning.core.plan import Dependency, LagCalendar, LinkType, PlanError

# The wide ones are what Japanese and Chinese keyboards type; some spreadsheets take them alike.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'")
_LINK = re.compile(
    r"\s*(?P<type>FS|SS|FF|SF)?\s*(?P<lag>[+\-−].*?)?\s*(?:\[(?P<calendar>[a-z0-9]+)\])?",
    re.IGNORECASE,
)
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.:]+")
_ENDS_LIKE_TYPE = re.compile(r"(FS|SS|FF|SF)$", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::\d{2})?)?")
_OTHER = re.compile(
    r"(?:(?P<weekday>[^\W\d]{2,9})\.?,?\s+)?"
    r"(?P<first>\d{1,2})(?P<separator>[./-])(?P<second>\d{1,2})(?P=separator)"
    r"(?P<year>\d{4}|\d{2})"
    r"(?:,?\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?\s*(?P<half>[AaPp][Mm])?)?"
)
# How days begin in English, French, Spanish, Italian, German and Dutch, Monday first.
_WEEKDAYS = (
    ("mon", "lun", "mo", "ma"),
    ("tue", "mar", "di"),
    ("wed", "mer", "mié", "mi", "wo"),
    ("thu", "jeu", "jue", "gio", "do"),
    ("fri", "ven", "vie", "fr", "vr"),
    ("sat", "sam", "sáb", "sab", "sa", "za"),
    ("sun", "dim", "dom", "so", "zo"),
)


def neutral(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula.

    Examples
    --------
    >>> neutral("=1+1"), neutral("Dig")
    ("'=1+1", 'Dig')
    """
    return f"'{text}" if _is_marked(text) else text


def plain_text(cell: str) -> str:
    """Return what :func:`neutral` was given, else the cell without blanks around it."""
    if cell.startswith("'") and _is_marked(cell[1:]):
        return cell[1:]
    return cell.strip()


def write_links(links: list[Dependency], units: Units) -> str:
    """Return the links of one successor as ``A, B FS+2d``."""
    return ", ".join(_write_link(link, units) for link in links)


def read_links(
    cell: str, resolve: Callable[[str], str | None], units: Units
) -> Iterator[dict[str, Any]]:
    """Yield the links of a cell, in the words of the plan file without ``to``.

    Parameters
    ----------
    cell : str
        ``A, B FS+2d``, ``3FS+2 days;4SS``; a key with spaces or commas may
        stand in double quotes.
    resolve : callable
        Gives the key that a text means, or None.

    Raises
    ------
    PlanError
        If a predecessor is unknown or a lag is none.
    """
    for key, rest in _split(cell):
        if key is not None:
            found, tail = resolve(key), rest
        else:
            found, tail = _longest_known(rest, resolve)
        match = _LINK.fullmatch(tail)
        if found is None or match is None:
            raise PlanError(f"“{shorten(key or rest.strip())}” is no task of this file")
        yield _link_words(found, match, units)


def read_date(cell: str, *, is_day_first: bool | None) -> str:
    """Return a date in the words of the plan file, with its time if it has one.

    Parameters
    ----------
    cell : str
        ``2026-01-05``, ``2026-01-05 08:00``, ``05.01.2026`` or, where the
        file shows which number is the day, ``1/5/2026``.
    is_day_first : bool or None
        Whether the file writes the day before the month; None if it can't be
        told.

    Raises
    ------
    PlanError
        If the text is no date, or could be two.
    """
    text = cell.strip()
    if match := _ISO.fullmatch(text):
        year, month, day, hour, minute = match.groups()
        return _date_words(int(year), int(month), int(day), hour, minute, text)
    if match := _OTHER.fullmatch(text):
        return _local_date(match, is_day_first, text)
    raise PlanError(f"“{shorten(text)}” is no date; write one such as 2026-01-05")


def day_first(cells: Iterator[str]) -> bool | None:
    """Return whether dates such as 13/1/2026, or Mon 5/1/2026, show that the day comes first."""
    for cell in cells:
        match = _OTHER.fullmatch(cell.strip())
        if match and int(match["first"]) > 12:
            return True
        if match and int(match["second"]) > 12:
            return False
        if match and match["weekday"] and (found := _by_weekday(match)) is not None:
            return found
    return None


def _by_weekday(match: re.Match[str]) -> bool | None:
    """Return whether the day comes first, told by the weekday; None where it does not tell."""
    year, first, second = _whole_year(match), int(match["first"]), int(match["second"])
    written = match["weekday"].lower()
    try:
        days = (date(year, second, first), date(year, first, second))
    except ValueError:
        return None
    day_fits, month_fits = (
        written in names or written[:3] in names
        for names in (_WEEKDAYS[day.weekday()] for day in days)
    )
    return None if day_fits == month_fits else day_fits


def _whole_year(match: re.Match[str]) -> int:
    return int(match["year"]) + (0 if len(match["year"]) == 4 else 2000)


def read_percent(cell: str) -> float:
    """Return a per cent: ``50``, ``50%`` or ``50,5 %``, or as Python writes a number.

    Raises
    ------
    PlanError
        If the text is no number from 0 to 100.
    """
    text = cell.strip().removesuffix("%").strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,3}(\.\d{1,20})?(e-\d{1,3})?", text) or float(text) > 100:
        raise PlanError(f"“{shorten(cell)}” is no per cent from 0 to 100")
    return float(text)


def _is_marked(text: str) -> bool:
    """Whether text would be a formula, or lose the blanks around it."""
    return text.startswith(_FORMULA) or text != text.strip()


def _write_link(link: Dependency, units: Units) -> str:
    key = link.predecessor
    if not _PLAIN_KEY.fullmatch(key) or _ENDS_LIKE_TYPE.search(key):
        doubled = key.replace('"', '""')
        key = f'"{doubled}"'
    lag = format_lag(link.lag, units)
    has_lag = link.lag.minutes or link.lag.percent is not None or link.lag.elapsed
    sign = "" if lag.startswith("-") else "+"
    type_ = f" {link.type}" if has_lag or link.type is not LinkType.FS else ""
    calendar = f" [{link.lag_calendar}]" if link.lag_calendar else ""
    return f"{key}{type_}{sign + lag if has_lag else ''}{calendar}"


def _split(cell: str) -> Iterator[tuple[str | None, str]]:
    """Yield each part as (quoted key or None, rest)."""
    for match in re.finditer(r'\s*(?:"((?:[^"]|"")*)"([^,;]*)|([^,;]+))(?:[,;]|$)', cell):
        if match[3] is None:
            yield match[1].replace('""', '"'), match[2]
        elif match[3].strip():
            yield None, match[3].strip()


def _longest_known(text: str, resolve: Callable[[str], str | None]) -> tuple[str | None, str]:
    """Split ``12FS+2d`` at the longest beginning that is a task."""
    for length in range(len(text), 0, -1):
        found = resolve(text[:length].strip())
        if found is not None and _LINK.fullmatch(text[length:]):
            return found, text[length:]
    return None, text


def _link_words(key: str, match: re.Match[str], units: Units) -> dict[str, Any]:
    words: dict[str, Any] = {"from": key, "type": (match["type"] or "FS").upper()}
    if match["lag"]:
        words["lag"] = format_lag(parse_typed_lag(match["lag"], units), units)
    if match["calendar"]:
        calendars: Mapping[str, LagCalendar] = {str(item): item for item in LagCalendar}
        if match["calendar"] not in calendars:
            raise PlanError(f"“{match['calendar']}” is no lag calendar")
        words["lag_calendar"] = match["calendar"]
    return words


def _local_date(match: re.Match[str], is_day_first: bool | None, text: str) -> str:
    first, second, hour, half = match["first"], match["second"], match["hour"], match["half"]
    if match["separator"] == ".":
        is_day_first = True
    if is_day_first is None:
        if first != second:
            year = _whole_year(match)
            raise PlanError(f"“{text}” could be two dates; write it as {year}-MM-DD")
        is_day_first = True
    day, month = (first, second) if is_day_first else (second, first)
    if half and hour:
        hour = str(int(hour) % 12 + (12 if half.lower() == "pm" else 0))
    return _date_words(_whole_year(match), int(month), int(day), hour, match["minute"], text)


def _date_words(
    year: int, month: int, day: int, hour: str | None, minute: str | None, text: str
) -> str:
    try:
        moment = datetime(year, month, day, int(hour or 0), int(minute or 0))
    except ValueError:
        raise PlanError(f"“{shorten(text)}” is no date; write one such as 2026-01-05") from None
    return moment.isoformat(timespec="minutes") if hour else moment.date().isoformat()
