"""Values as Primavera XER writes them: hours, dates, flags and codes."""

from datetime import date, datetime, timedelta
from math import floor

from planning.core.plan import ConstraintType, LagCalendar, LinkType, PlanError, TotalFloat
from planning.interchange.mspdi_values import MAX_MINUTES, parse_moment
from planning.interchange.xer_tables import Record

MINUTES_PER_HOUR = 60

LINK_TYPES = {
    "PR_FS": LinkType.FS,
    "PR_SS": LinkType.SS,
    "PR_FF": LinkType.FF,
    "PR_SF": LinkType.SF,
}
LAG_CALENDARS = {
    "rcal_predecessor": LagCalendar.PREDECESSOR,
    "rcal_successor": LagCalendar.SUCCESSOR,
    "rcal_projdefault": LagCalendar.PROJECT,
    "rcal_project": LagCalendar.PROJECT,
    "rcal_24hour": LagCalendar.CLOCK,
    "rcal_24hr": LagCalendar.CLOCK,
}
TOTAL_FLOATS = {
    "FT_FF": TotalFloat.FINISH,
    "FT_SS": TotalFloat.START,
    "FT_SF": TotalFloat.SMALLEST,
    "FT_MIN": TotalFloat.SMALLEST,
}
# Start On and Finish On bound from both sides; Mandatory ones win over links.
CONSTRAINTS: dict[str, tuple[ConstraintType, ...]] = {
    "CS_ALAP": (ConstraintType.ALAP,),
    "CS_MSO": (ConstraintType.SNET, ConstraintType.SNLT),
    "CS_MSOA": (ConstraintType.SNET,),
    "CS_MSOB": (ConstraintType.SNLT,),
    "CS_MEO": (ConstraintType.FNET, ConstraintType.FNLT),
    "CS_MEOA": (ConstraintType.FNET,),
    "CS_MEOB": (ConstraintType.FNLT,),
    "CS_MANDSTART": (ConstraintType.MSO,),
    "CS_MANDFIN": (ConstraintType.MFO,),
}

_SERIAL_DAY_ZERO = date(1899, 12, 30)


def moment_of(record: Record, name: str) -> datetime | None:
    """Return an instant such as ``2011-05-01 00:00``, or None."""
    return parse_moment(record.get(name, ""))


def number_of(record: Record, name: str) -> float | None:
    """Return a number, whichever decimal mark the machine wrote, or None."""
    text = record.get(name, "")
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None


def minutes_of(record: Record, name: str) -> int | None:
    """Return a number of hours as whole minutes, or None; half a minute counts as a whole one.

    Raises
    ------
    PlanError
        If it is longer than any plan.
    """
    hours = number_of(record, name)
    if hours is None:
        return None
    if abs(hours) * MINUTES_PER_HOUR > MAX_MINUTES:
        raise PlanError(f"The value {hours:g} hours in {name} is longer than a hundred years.")
    return floor(hours * MINUTES_PER_HOUR + 0.5)


def flag_of(record: Record, name: str, *, default: bool = False) -> bool:
    """Return a Y/N flag."""
    text = record.get(name, "").upper()
    return default if not text else text == "Y"


def serial_day(text: str) -> date | None:
    """Return the date of a serial day number, 1899-12-30 being day 0.

    Examples
    --------
    >>> serial_day("41519").isoformat()
    '2013-09-02'
    """
    try:
        return _SERIAL_DAY_ZERO + timedelta(days=int(text))
    except (ValueError, OverflowError):
        return None
