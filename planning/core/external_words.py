"""What a task waits for in other projects, in the words of the plan file."""

from typing import Any

from planning.core.durations import Units, format_lag, parse_lag
from planning.core.fields import inside, read_moment, write_moment
from planning.core.plan import ExternalDates, ExternalLink, LinkType, PlanError


def write_external_links(links: tuple[ExternalLink, ...], units: Units) -> list[dict[str, Any]]:
    """Return the links as they stand in a plan file."""
    return [
        {
            "project": link.project,
            "task": link.task,
            "type": str(link.type),
            "lag": format_lag(link.lag, units),
        }
        for link in links
    ]


def read_external_links(words: list[dict[str, Any]], units: Units) -> tuple[ExternalLink, ...]:
    """Read what :func:`write_external_links` wrote; type and lag may be left out."""
    links = []
    for index, item in enumerate(words):
        try:
            lag = parse_lag(item.get("lag", "0d"), units)
        except PlanError as fault:
            raise inside(f"[{index}].lag", fault) from None
        type_ = LinkType(item.get("type", "FS"))
        links.append(ExternalLink(item["project"], item["task"], type_, lag))
    return tuple(links)


def write_external_dates(dates: tuple[ExternalDates, ...], _units: Units) -> list[dict[str, Any]]:
    """Return what was heard of other projects as it stands in a plan file."""
    return [
        {
            "project": heard.project,
            "task": heard.task,
            "start": write_moment(heard.start),
            "finish": write_moment(heard.finish),
        }
        for heard in dates
    ]


def read_external_dates(words: list[dict[str, Any]], _units: Units) -> tuple[ExternalDates, ...]:
    """Read what :func:`write_external_dates` wrote."""
    found = []
    for index, item in enumerate(words):
        try:
            start, finish = read_moment(item["start"]), read_moment(item["finish"])
        except PlanError as fault:
            raise inside(f"[{index}]", fault) from None
        if start is None or finish is None:
            raise PlanError("start and finish are dates", path=f"[{index}]")
        found.append(ExternalDates(item["project"], item["task"], start, finish))
    return tuple(found)
