"""Scales of the charts: dates and percentages to pixels, and dates worth writing under an axis."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Frame:
    """The drawing area inside a chart."""

    width: float
    height: float
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    @property
    def inner_width(self) -> float:
        return self.width - self.left - self.right

    @property
    def floor(self) -> float:
        """The y of the axis."""
        return self.height - self.bottom

    def y(self, share: float) -> float:
        """The y of a share between 0 and 1."""
        return self.floor - share * (self.floor - self.top)


class Framed:
    """What a chart in a frame tells its template, as the text that SVG wants."""

    __slots__ = ()
    frame: Frame

    @property
    def view_box(self) -> str:
        return f"0 0 {text(self.frame.width)} {text(self.frame.height)}"

    @property
    def left(self) -> str:
        return text(self.frame.left)

    @property
    def top(self) -> str:
        return text(self.frame.top)

    @property
    def floor(self) -> str:
        return text(self.frame.floor)

    @property
    def inner_width(self) -> str:
        return text(self.frame.inner_width)

    @property
    def inner_height(self) -> str:
        return text(self.frame.floor - self.frame.top)


Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class DateAxis:
    """Dates to pixels over stretches of time, each as wide as the other.

    One stretch is plain time. A stretch for each working day leaves nights and weekends no
    room, so that a distribution of working time has no gaps.
    """

    stretches: Sequence[Stretch]
    frame: Frame

    @property
    def edges(self) -> Stretch:
        """The first and the last moment."""
        return self.stretches[0][0], self.stretches[-1][1]

    def x(self, moment: datetime) -> float:
        """Pixels of ``moment``, held inside the frame."""
        place = bisect_right(self.stretches, moment, key=lambda stretch: stretch[0]) - 1
        if place < 0:
            return self.frame.left
        first, last = self.stretches[place]
        share = (moment - first) / (last - first) if last > first else 0.0
        position = (place + min(share, 1.0)) / len(self.stretches)
        return self.frame.left + position * self.frame.inner_width


@dataclass(frozen=True, slots=True)
class Tick:
    """A date under an axis, or a share beside it."""

    at: str
    value: date | int


Step = tuple[str, Callable[[date], date], Callable[[date], date]]


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _month(day: date) -> date:
    return day.replace(day=1)


def _quarter(day: date) -> date:
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def _year(day: date) -> date:
    return day.replace(month=1, day=1)


STEPS: tuple[Step, ...] = (
    ("day", lambda day: day, lambda day: day + DAY),
    ("day", lambda day: day, lambda day: day + 2 * DAY),
    ("day", _monday, lambda day: day + 7 * DAY),
    ("day", _monday, lambda day: day + 14 * DAY),
    ("month", _month, lambda day: (day + 31 * DAY).replace(day=1)),
    ("month", _quarter, lambda day: (day + 92 * DAY).replace(day=1)),
    ("month", _month, lambda day: (day + 183 * DAY).replace(day=1)),
    ("year", _year, lambda day: day.replace(year=day.year + 1)),
    ("year", _year, lambda day: day.replace(year=day.year + 2)),
    ("year", _year, lambda day: day.replace(year=day.year + 5)),
)


def date_ticks(first: datetime, last: datetime, *, most: int = 8) -> tuple[str, list[date]]:
    """The finest calendar dates between two moments of which at most ``most`` fit.

    Returns their unit (``day``, ``month`` or ``year``: what the label must name) and the dates.
    """
    for unit, floor, following in STEPS:
        dates: list[date] = []
        day = floor(first.date())
        while day <= last.date() and len(dates) <= most:
            if day >= first.date():
                dates.append(day)
            day = following(day)
        if len(dates) <= most:
            return unit, dates
    return unit, dates[:most]


def whole_days(first: datetime, dates: list[date]) -> list[date]:
    """Those that begin on an axis of plain time which begins at ``first``; one at least."""
    return [day for day in dates if midnight(day) >= first] or dates[:1]


def text(number: float) -> str:
    """A coordinate as SVG text: one decimal at most, never in the reader's locale."""
    return f"{number:.1f}".removesuffix(".0")


def polyline(points: Sequence[tuple[float, float]]) -> str:
    """An SVG path through ``points``."""
    return "M" + "L".join(f"{text(x)} {text(y)}" for x, y in points)


def midnight(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, datetime.min.time())
