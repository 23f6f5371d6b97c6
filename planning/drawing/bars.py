"""One bar of the Gantt as SVG text: its shape, its promise, its uncertainty, its label.

Everything is drawn always; which of it is seen (plan, uncertainty, criticality) is a matter of
the style sheet, so that a key changes it at once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from planning.drawing.links import STEM
from planning.drawing.text import escape
from planning.drawing.timescale import TimeScale

ROW = 30
BAR_TOP = 8
BAR_HEIGHT = 14
MIDDLE = ROW / 2
LEAST_WIDTH = 3.0
# From here on a criticality index is worth a line: below, the task hardly ever decides.
LEAST_CRITICALITY = 0.05
CRITICALITY_STEPS = (0.2, 0.4, 0.6, 0.8)
LABEL_GAP = 10.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Where a task's finish falls in one iteration of ten, of two, and in eight and nine of ten.

    ``criticality`` is the share of iterations in which the task is critical, and ``chance`` that
    of meeting its target, or its planned finish where it has none.
    """

    p10: datetime
    p50: datetime
    p80: datetime
    p90: datetime
    criticality: float | None = None
    chance: float | None = None


class Bar(NamedTuple):
    """One row of the Gantt."""

    key: str
    name: str
    start: datetime
    finish: datetime
    kind: str = "task"
    percent: float = 0.0
    is_critical: bool = False
    promised_start: datetime | None = None
    promised_finish: datetime | None = None
    deadline: datetime | None = None
    spread: Spread | None = None
    pk: str = ""
    number: int = 0
    parent: str = ""
    label: str = ""
    chance: str = ""
    chance_class: str = ""
    share: str = ""
    words: str = ""

    @property
    def is_uncertain(self) -> bool:
        """Whether the forecast leaves the finish open."""
        spread = self.spread
        return spread is not None and self.percent < 100 and spread.p10 < spread.p90


def edges_of(bar: Bar, scale: TimeScale) -> tuple[float, float]:
    """The left and right edge of what stands for the plan."""
    left, right = scale.x(bar.start), scale.x(bar.finish)
    if bar.kind == "milestone":
        return left - STEM, left + STEM
    return left, max(right, left + LEAST_WIDTH)


def criticality_class(share: float | None) -> str:
    """The step of the ramp on which a criticality index stands; none for what hardly decides."""
    if share is None or share < LEAST_CRITICALITY:
        return ""
    return f"ci-{1 + sum(share >= step for step in CRITICALITY_STEPS)}"


def draw_bar(bar: Bar, scale: TimeScale, top: float) -> str:
    """The bar of one row, whose upper edge is ``top``."""
    draw = {"milestone": _milestone, "summary": _summary}.get(bar.kind, _task)
    left, right = edges_of(bar, scale)
    spread = _spread(bar, scale, top, (left, right))
    shape = draw(bar, left, right, top)
    layers = shape + spread if bar.kind == "task" else spread + shape
    return (
        f'<g class="{_classes(bar)}" id="bar-{bar.number}" data-key="{escape(bar.key)}"'
        f' data-task="{escape(bar.pk)}" data-parent="{escape(bar.parent)}"'
        f' data-start="{_moment(bar.start)}" data-finish="{_moment(bar.finish)}"'
        f' data-left="{n(left)}" data-right="{n(right)}" data-top="{n(top)}"'
        f' tabindex="-1" role="slider" aria-label="{escape(bar.name)}"'
        f' aria-valuenow="{(bar.start.date() - scale.first).days}" aria-valuemin="0"'
        f' aria-valuemax="{(scale.last - scale.first).days}"'
        f' aria-valuetext="{escape(bar.words or bar.name)}">'
        f"{_hit(left, right, top)}{_ghost(bar, scale, top)}"
        f"{layers}{_done(bar, left, right, top)}{_foot(bar, left, right, top)}"
        f"{_deadline(bar, scale, top)}{_labels(bar, (left, right), scale, top)}</g>"
    )


def _classes(bar: Bar) -> str:
    names = {
        f"is-{bar.kind}": True,
        "is-critical": bar.is_critical,
        "is-finished": bar.percent >= 100,
        "is-uncertain": bar.is_uncertain,
        bar.chance_class: True,
        criticality_class(bar.spread.criticality if bar.spread else None): True,
    }
    return " ".join(["gantt-bar", *(name for name, holds in names.items() if name and holds)])


def _hit(left: float, right: float, top: float) -> str:
    """What a finger can take hold of, also where the bar is a hair."""
    missing = max(24 - (right - left), 0) / 2
    return (
        '<rect class="gantt-hit" '
        f"{_box(left - missing, top + 3, right - left + 2 * missing, ROW - 6, 5)}/>"
    )


def _task(bar: Bar, left: float, right: float, top: float) -> str:
    width, y = right - left, top + BAR_TOP
    return f'<rect class="gantt-task" {_box(left, y, width, BAR_HEIGHT, min(3.0, width / 2))}/>'


def _done(bar: Bar, left: float, right: float, top: float) -> str:
    """How much of the task is done, as a line through its middle."""
    if bar.kind != "task" or not 0 < bar.percent < 100:
        return ""
    width = (right - left) * bar.percent / 100
    return f'<rect class="gantt-done" {_box(left, top + BAR_TOP + 4, width, BAR_HEIGHT - 8, 1)}/>'


def _milestone(bar: Bar, left: float, right: float, top: float) -> str:
    x, y = (left + right) / 2, top + MIDDLE
    return f'<path class="gantt-milestone" d="M{n(x)} {n(y - 7)}l7 7l-7 7l-7 -7z"/>'


def _summary(bar: Bar, left: float, right: float, top: float) -> str:
    y, foot = top + 10, min(5.0, (right - left) / 2)
    return (
        f'<path class="gantt-summary" d="M{n(left)} {n(y + 9)}v-9H{n(right)}v9'
        f'l{n(-foot)} -5H{n(left + foot)}z"/>'
    )


def _spread(bar: Bar, scale: TimeScale, top: float, edges: tuple[float, float]) -> str:
    """The finish fades from P10 to P90, with a tick at P50 and a taller one at P80.

    What is sure of a task's bar ends where the fading begins. A milestone and a summary keep
    their shape, and fade in a thinner band.
    """
    if not bar.is_uncertain or bar.spread is None:
        return ""
    spread, (left, right) = bar.spread, edges
    p10, p50, p80, p90 = map(scale.x, (spread.p10, spread.p50, spread.p80, spread.p90))
    height, y = (BAR_HEIGHT, top + BAR_TOP) if bar.kind == "task" else (6, top + MIDDLE - 3)
    parts = []
    if bar.kind == "task" and p10 > left:
        sure = min(p10, right) - left
        parts.append(f'<rect class="gantt-body" {_box(left, y, sure, height, 2)}/>')
    if p10 > right + 1:
        parts.append(f'<path class="gantt-reach" d="M{n(right)} {n(top + MIDDLE)}H{n(p10)}"/>')
    parts.append(f'<rect class="gantt-fade" {_box(p10, y, max(p90 - p10, 2), height, 2)}/>')
    if p90 - p10 >= 6:
        tall = f"M{n(p80)} {n(top + 5)}v{ROW - 10}" if p80 - p50 > 2 else ""
        parts.append(f'<path class="gantt-ticks" d="M{n(p50)} {n(top + 10)}v10{tall}"/>')
    return f'<g class="gantt-spread">{"".join(parts)}</g>'


def _box(x: float, y: float, width: float, height: float, radius: float) -> str:
    return f'x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}" rx="{n(radius)}"'


def _foot(bar: Bar, left: float, right: float, top: float) -> str:
    """Along the foot: that the plan holds the task for critical, and how often it is."""
    if bar.kind != "task":
        return ""
    line = f'd="M{n(left)} {n(top + BAR_TOP + BAR_HEIGHT + 2)}H{n(right)}"'
    planned = f'<path class="gantt-critical" {line}/>' if bar.is_critical else ""
    share = bar.spread.criticality if bar.spread else None
    name = criticality_class(share)
    return planned + (f'<path class="gantt-foot" {line}/>' if name else "")


def _ghost(bar: Bar, scale: TimeScale, top: float) -> str:
    """The promised dates, as a thin line under the bar."""
    if bar.promised_finish is None:
        return ""
    right = scale.x(bar.promised_finish)
    left = scale.x(bar.promised_start or bar.promised_finish)
    y = top + BAR_TOP + BAR_HEIGHT + 5
    return f'<path class="gantt-ghost" d="M{n(left)} {n(y)}H{n(right)}m0 -3v4"/>'


def _deadline(bar: Bar, scale: TimeScale, top: float) -> str:
    if bar.deadline is None:
        return ""
    x, y = scale.x(bar.deadline), top + BAR_TOP
    return f'<path class="gantt-deadline" d="M{n(x)} {n(y + 12)}v-13m-4 7l4 6l4 -6"/>'


def _reach(bar: Bar, scale: TimeScale, right: float) -> float:
    """The rightmost pixel that anything of the row draws."""
    drawn = [right + (2 if bar.kind == "milestone" else 0)]
    if bar.is_uncertain and bar.spread:
        drawn.append(scale.x(bar.spread.p90))
    if bar.promised_finish:
        drawn.append(scale.x(bar.promised_finish))
    if bar.deadline:
        drawn.append(scale.x(bar.deadline) + 4)
    return max(drawn)


def _labels(bar: Bar, edges: tuple[float, float], scale: TimeScale, top: float) -> str:
    """The words beside the bar: its date and the chance of it; or how often it is critical."""
    chance_gap = ' dx="6"' if bar.label else ""
    chance = (
        f'<tspan class="gantt-chance"{chance_gap}>{escape(bar.chance)}</tspan>'
        if bar.chance
        else ""
    )
    told = (f"<tspan>{escape(bar.label)}</tspan>" if bar.label else "") + chance
    right = _reach(bar, scale, edges[1])
    return (_words("gantt-label", right, top, told) if told else "") + (
        _words("gantt-label gantt-share", edges[1], top, escape(bar.share)) if bar.share else ""
    )


def _words(name: str, right: float, top: float, marked: str) -> str:
    """Text beside what ends at ``right``; ``marked`` is safe already."""
    x, y = n(right + LABEL_GAP), n(top + MIDDLE + 4)
    return f'<text class="{name}" x="{x}" y="{y}">{marked}</text>'


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def n(number: float) -> str:
    """A coordinate with one decimal at most: shorter text, same pixels."""
    return f"{number:.1f}".removesuffix(".0")
