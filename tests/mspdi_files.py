"""Small MS Project XML files, written for the tests that read them."""

from xml.sax.saxutils import escape

DAY = (("08:00:00", "12:00:00"), ("13:00:00", "17:00:00"))
WORKING_DAYS = range(2, 7)


def tags(**values: object) -> str:
    """Return each value as an element; None is left out, a list is repeated, raw XML is kept."""
    parts = []
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                text = one if str(one).startswith("<") else escape(str(one))
                parts.append(f"<{name}>{text}</{name}>")
    return "".join(parts)


def hours(times=DAY) -> str:
    """Return working times."""
    inner = "".join(tags(WorkingTime=tags(FromTime=start, ToTime=end)) for start, end in times)
    return tags(DayWorking=int(bool(times))) + (tags(WorkingTimes=inner) if times else "")


def week(days=WORKING_DAYS, times=DAY) -> str:
    """Return the WeekDays of a week; 1 is Sunday."""
    return "".join(
        tags(WeekDay=tags(DayType=day) + hours(times if day in days else ())) for day in range(1, 8)
    )


def calendar(uid=1, name="Standard", base=-1, is_base=1, days=None, more="") -> str:
    """Return a calendar; ``days`` is the inside of WeekDays, the usual week where left out."""
    days = week() if days is None else days
    return tags(
        Calendar=tags(
            UID=uid,
            Name=name,
            IsBaseCalendar=is_base,
            BaseCalendarUID=base,
            WeekDays=days or None,
        )
        + more
    )


def period(first, last) -> str:
    """Return a TimePeriod."""
    return tags(TimePeriod=tags(FromDate=f"{first}T00:00:00", ToDate=f"{last}T23:59:00"))


def exception(first, last, times=(), **fields) -> str:
    """Return one newer calendar exception."""
    return tags(Exception=period(first, last) + tags(**fields) + hours(times))


def task(uid, duration="PT8H0M0S", *, links=(), level=1, name=None, **fields) -> str:
    """Return a task; ``links`` are the results of :func:`link`."""
    known = {
        "UID": uid,
        "ID": uid,
        "Name": name or f"Task {uid}",
        "OutlineLevel": level,
        "Duration": duration,
        "DurationFormat": 7,
    }
    return tags(Task=tags(**(known | fields)) + "".join(links))


def link(predecessor, type_=1, lag=0, unit=7, **fields) -> str:
    """Return a predecessor link: type 0 FF, 1 FS, 2 SF, 3 SS; the lag in tenths of minutes."""
    return tags(
        PredecessorLink=tags(
            PredecessorUID=predecessor, Type=type_, LinkLag=lag, LagFormat=unit, **fields
        )
    )


def mspdi(tasks="", calendars=None, more="", **project) -> bytes:
    """Return a whole file."""
    known = {
        "Title": "House",
        "StartDate": "2026-01-05T08:00:00",
        "CalendarUID": 1,
        "MinutesPerDay": 480,
        "MinutesPerWeek": 2400,
    }
    head = tags(**(known | project))
    calendars = calendar() if calendars is None else calendars
    body = f"{head}<Calendars>{calendars}</Calendars><Tasks>{tasks}</Tasks>{more}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Project xmlns="http://schemas.microsoft.com/project">{body}</Project>'
    ).encode()
