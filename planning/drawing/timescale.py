"""The Gantt's ruler: wall-clock time to pixels, at five zooms from days to years."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

DAY = timedelta(days=1)
MARGIN_DAYS = 7
AIR_DAYS = 2
# Room for the label of the last bar, whatever the zoom.
RIGHT_PIXELS = 200


@dataclass(frozen=True, slots=True)
class Zoom:
    """How wide a day is, and which two rulers stand above it."""

    name: str
    pixels_per_day: float
    major: str
    minor: str

    @property
    def shows_days_off(self) -> bool:
        """Whether a day is wide enough for its shading to be seen."""
        return self.pixels_per_day >= 4


ZOOMS = {
    zoom.name: zoom
    for zoom in (
        Zoom("day", 34.0, major="week-named", minor="day"),
        Zoom("week", 13.0, major="month-named", minor="week"),
        Zoom("month", 4.5, major="month-named", minor="week"),
        Zoom("quarter", 1.5, major="quarter-named", minor="month"),
        Zoom("year", 0.5, major="year", minor="quarter"),
    )
}

STEPS: dict[str, Callable[[date], date]] = {
    "day": lambda day: day + DAY,
    "week": lambda day: day + 7 * DAY,
    "month": lambda day: (day.replace(day=1) + timedelta(days=32)).replace(day=1),
    "quarter": lambda day: (day.replace(day=1) + timedelta(days=95)).replace(day=1),
    "year": lambda day: day.replace(year=day.year + 1),
}


@dataclass(frozen=True, slots=True)
class Tick:
    """One division of a ruler, from ``x`` to ``x + width``."""

    day: date
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class TimeScale:
    """A stretch of days drawn from left to right."""

    first: date
    last: date
    zoom: Zoom
    _begin: datetime = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_begin", datetime.combine(self.first, datetime.min.time()))

    @classmethod
    def covering(cls, moments: list[datetime], zoom: str = "") -> "TimeScale":
        """The scale that holds ``moments`` with a week's air, and room for labels at the right.

        Without a known ``zoom`` the finest one is taken that keeps the plan on about one screen.
        """
        first = min(moments).date() - MARGIN_DAYS * DAY
        finish = max(moments).date()
        chosen = ZOOMS.get(zoom) or fitting_zoom((finish - first).days + 3 * MARGIN_DAYS)
        air = max(3 * MARGIN_DAYS, round(RIGHT_PIXELS / chosen.pixels_per_day))
        return cls(floor_date(first, chosen.minor), finish + air * DAY, chosen)

    @classmethod
    def filling(cls, moments: list[datetime], pixels: int) -> "TimeScale":
        """The scale that holds ``moments`` and is ``pixels`` wide, whatever a day then takes.

        Examples
        --------
        >>> whole = TimeScale.filling([datetime(2026, 1, 5), datetime(2027, 6, 1)], 900)
        >>> whole.zoom.name, 880 < whole.width <= 900, whole.x(datetime(2027, 6, 1)) < 700
        ('year', True, True)
        """
        days = (max(moments) - min(moments)).days + 1
        room = pixels - RIGHT_PIXELS
        fitting = (
            zoom for zoom in ZOOMS.values() if (days + AIR_DAYS) * zoom.pixels_per_day <= room
        )
        zoom = next(fitting, ZOOMS["year"])
        first = floor_date(min(moments).date() - timedelta(days=1), zoom.minor)
        shown = (max(moments).date() - first).days + 1
        zoom = replace(zoom, pixels_per_day=min(room / shown, ZOOMS["day"].pixels_per_day))
        return cls(first, first + int(pixels / zoom.pixels_per_day - 1) * DAY, zoom)

    @property
    def width(self) -> float:
        """Pixels from the first day's start to the last day's end."""
        return ((self.last - self.first).days + 1) * self.zoom.pixels_per_day

    def x(self, moment: datetime | date) -> float:
        """Pixels from the left edge to ``moment``."""
        if not isinstance(moment, datetime):
            return (moment - self.first).days * self.zoom.pixels_per_day
        return (moment - self._begin) / DAY * self.zoom.pixels_per_day

    def ticks(self, unit: str) -> Iterator[Tick]:
        """The divisions of the ruler in ``unit``, the first one cut at the left edge."""
        unit = unit.removesuffix("-named")
        day = floor_date(self.first, unit)
        while day <= self.last:
            following = STEPS[unit](day)
            left, right = max(self.x(day), 0.0), min(self.x(following), self.width)
            yield Tick(day, left, right - left)
            day = following


def fitting_zoom(days: int, *, pixels: int = 1100) -> Zoom:
    """The finest zoom at which ``days`` fit into ``pixels``, else the coarsest."""
    for zoom in ZOOMS.values():
        if days * zoom.pixels_per_day <= pixels:
            return zoom
    return ZOOMS["year"]


def floor_date(day: date, unit: str) -> date:
    """The first day of the week, month, quarter or year that holds ``day``."""
    if unit == "week":
        return day - day.weekday() * DAY
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=day.month - (day.month - 1) % 3, day=1)
    if unit == "year":
        return day.replace(month=1, day=1)
    return day
