"""Plan → iCalendar: an event for each task, for people's calendars."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar, Event

from planning.core.plan import Plan, Task
from planning.interchange.export import Dates, Export, fit
from planning.interchange.report import ReportBuilder

PRODUCT = "-//Lineo//Lineo//EN"


def write(plan: Plan, dates: Dates) -> Export:
    """Return an iCalendar file with the scheduled dates of every task that is no summary.

    Wall-clock times of the project become UTC by its time zone, so every
    calendar shows the right hour. Only names and dates are kept.
    """
    report = ReportBuilder()
    zone = _zone(plan, report)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", fit(plan.project.name))
    for task in plan.leaves():
        start, finish = dates.get(task.key, (None, None))
        if start is None or finish is None:
            report.drop("tasks.without_dates")
            continue
        calendar.add_component(_event(task, start, finish, plan.project.start, zone))
    report.drop("dependencies", len(plan.dependencies))
    report.drop("calendars", len(plan.calendars))
    report.drop("summaries", len(plan.tasks) - sum(1 for _ in plan.leaves()))
    return Export(calendar.to_ical(), report.build())


def _event(task: Task, start: datetime, finish: datetime, stamp: datetime, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", f"{fit(task.key)}@lineo")
    # The same plan gives the same file, so the stamp is the project's start.
    event.add("dtstamp", _utc(stamp, zone))
    event.add("dtstart", _utc(start, zone))
    event.add("dtend", _utc(finish, zone))
    event.add("summary", fit(task.name))
    if task.percent_complete:
        event.add("x-lineo-percent-complete", f"{task.percent_complete:g}")
    return event


def _zone(plan: Plan, report: ReportBuilder) -> ZoneInfo:
    try:
        return ZoneInfo(plan.project.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        report.warn(f"The time zone {plan.project.time_zone} is unknown; UTC is taken.")
        return ZoneInfo("UTC")


def _utc(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.replace(tzinfo=zone).astimezone(UTC)
