"""The lanes as a picture: names at the left, every project on one axis, chances at the right."""

from html import escape

from django.utils.translation import gettext as _

from lineo.portfolio.lanes import Axis, Lane
from lineo.portfolio.page import Portfolio
from planning.templatetags.look import percent, short_date, tick_date
from simulations.pictures.palette import picture

NAMES, LANE, FIGURES = 250, 760, 190
ROW, TOP, HEADING = 34, 46, 30
LONGEST_NAME = 34


def lanes(page: Portfolio) -> str:
    """Return the lanes that the page shows as an SVG file."""
    if page.axis is None:
        text = _text(_("No projects yet"), 16, 28, "picture-name")
        return picture(text, NAMES, TOP)
    y = float(TOP)
    body = []
    for group in page.groups:
        if group.name:
            body.append(_text(group.name, 12, y + 20, "picture-name is-strong"))
            y += HEADING
        for lane in group.lanes:
            body.append(_lane(lane, page.axis, y))
            y += ROW
    return picture(_ruler(page.axis, y) + "".join(body), NAMES + LANE + FIGURES, y + 12)


def _x(axis: Axis, share: float) -> float:
    return NAMES + share / 100 * LANE


def _ruler(axis: Axis, bottom: float) -> str:
    ticks = "".join(
        _text(tick_date(tick.day, axis.unit), _x(axis, tick.at), 22, anchor="middle")
        + f'<path class="chart-grid" d="M{_x(axis, tick.at):.1f} 32V{bottom:.0f}"/>'
        for tick in axis.ticks
    )
    today = axis.today
    line = (
        ""
        if today is None
        else f'<path class="gantt-today" d="M{_x(axis, today):.1f} 32V{bottom:.0f}"/>'
    )
    heads = _text(_("Chance"), NAMES + LANE + 76, 22, anchor="end")
    heads += _text("P80", NAMES + LANE + FIGURES - 14, 22, anchor="end")
    return ticks + line + heads


def _lane(lane: Lane, axis: Axis, y: float) -> str:
    middle = y + ROW / 2
    start, finish = _x(axis, axis.at(lane.start)), _x(axis, axis.at(lane.finish))
    size = f'width="{max(finish - start, 2):.1f}" height="6" rx="3"'
    parts = [
        _text(_cut(f"{lane.project.code}  {lane.name}"), 12, middle + 4, "picture-name"),
        f'<rect class="gantt-task" x="{start:.1f}" y="{middle - 3:.1f}" {size}/>',
    ]
    if lane.spread:
        p10, p50, p80, p90 = (_x(axis, axis.at(moment)) for moment in lane.spread)
        parts.append(
            f'<rect class="strip-range" x="{p10:.1f}" y="{middle - 7:.1f}"'
            f' width="{max(p90 - p10, 3):.1f}" height="14" rx="4"/>'
            f'<path class="strip-ticks" d="M{p50:.1f} {middle - 7:.1f}v14M{p80:.1f}'
            f' {middle - 10:.1f}v20"/>'
        )
    for one in lane.milestones:
        at = _x(axis, axis.at(one.finish))
        parts.append(
            f'<path class="gantt-milestone" d="M{at:.1f} {middle - 6:.1f}l6 6l-6 6l-6 -6z"/>'
        )
    if lane.target:
        at = _x(axis, axis.at(lane.target))
        parts.append(f'<path class="strip-target" d="M{at:.1f} {middle - 13:.1f}v26"/>')
    parts.append(_text(percent(lane.chance), NAMES + LANE + 76, middle + 4, anchor="end"))
    p80_text = short_date(lane.p80) if lane.p80 else "–"
    parts.append(_text(p80_text, NAMES + LANE + FIGURES - 14, middle + 4, anchor="end"))
    return "".join(parts)


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _text(words: str, x: float, y: float, name: str = "", anchor: str = "start") -> str:
    place = f'x="{x:.1f}" y="{y:.0f}" text-anchor="{anchor}"'
    return f'<text class="{name}" {place}>{escape(words)}</text>'
