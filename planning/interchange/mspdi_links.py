"""Links of MS Project XML."""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from planning.core.plan import Dependency, Lag, LinkType
from planning.interchange.mspdi_outline import PROJECT_UID, Row
from planning.interchange.mspdi_values import (
    ELAPSED_FORMATS,
    LINK_TYPES,
    MAX_MINUTES,
    PERCENT_FORMATS,
    flag_of,
    float_of,
    int_of,
    plain_format,
    text_of,
)
from planning.interchange.report import ReportBuilder

TENTHS_PER_MINUTE = 10


def read_links(rows: Iterable[Row], report: ReportBuilder) -> Iterator[Dependency]:
    """Yield every link between two tasks of the file.

    Links to other projects and to the project's own row are counted as
    dropped; what leads nowhere is warned of.
    """
    rows = list(rows)
    names = {row.key: row.name for row in rows}
    for row in rows:
        for element in row.element.iterfind("PredecessorLink"):
            predecessor = text_of(element, "PredecessorUID")
            if flag_of(element, "CrossProject") and predecessor not in names:
                report.drop("links.other_project")
            elif predecessor == PROJECT_UID or predecessor not in names:
                report.warn(
                    f"A link of task “{row.name}” comes from {predecessor or 'nowhere'}, "
                    "which is no task of this file; it is left out."
                )
            else:
                yield Dependency(predecessor, row.key, _type(element), read_lag(element))


def _type(element: Element) -> LinkType:
    code = int_of(element, "Type", 1)
    return LINK_TYPES[code] if code is not None and 0 <= code < len(LINK_TYPES) else LinkType.FS


def read_lag(element: Element) -> Lag:
    """Return a lag: tenths of minutes, or a percentage where its format says so."""
    value = float_of(element, "LinkLag") or 0.0
    code = plain_format(element, "LagFormat")
    elapsed = code in ELAPSED_FORMATS
    if code in PERCENT_FORMATS:
        return Lag(percent=value, elapsed=elapsed) if value else Lag()
    minutes = round(value / TENTHS_PER_MINUTE)
    minutes = max(-MAX_MINUTES, min(minutes, MAX_MINUTES))
    return Lag(minutes, elapsed=elapsed) if minutes else Lag()
