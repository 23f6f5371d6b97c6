"""The rows of a plan that the API treats alike."""

from django.db.models import Q

from lineo.api.shapes import listing, text
from planning import columns
from planning.api import reads
from planning.api.plan_shapes import KEY
from planning.api.rows import Kind, views_of
from planning.columns import KeyNames
from planning.core import plan, words
from planning.models import Calendar, Correlation, Driver, Risk


def calendar_of(row: Calendar) -> plan.Calendar:
    """Return the value of a calendar row."""
    parents = {row.parent.pk: row.parent.key} if row.parent else {}
    return columns.calendar_of(row, KeyNames(calendars=parents, tasks={}))


def risk_of(row: Risk) -> plan.Risk:
    """Return the value of a risk row."""
    impacts = list(row.impacts.all())
    tasks = {impact.task_id: impact.task.key for impact in impacts}
    return next(columns.risks_of([row], impacts, KeyNames(calendars={}, tasks=tasks)))


def driver_of(row: Driver) -> plan.Driver:
    """Return the value of a driver row."""
    return next(columns.drivers_of([row], row.tasks.all()))


def correlation_of(row: Correlation) -> plan.Correlation:
    """Return the value of a correlation row."""
    tasks = {row.first_id: row.first.key, row.second_id: row.second.key}
    return columns.correlation_of(row, KeyNames(calendars={}, tasks=tasks))


def of_the_pair(value: plan.Correlation) -> Q:
    """Return what finds the row of a pair."""
    return Q(first__key=value.first, second__key=value.second)


ScenarioCalendars, CalendarDetail = views_of(
    Kind(
        noun="calendar",
        title="Calendar",
        core=words.CALENDARS,
        rows=reads.calendars,
        value_of=calendar_of,
        required=("name",),
        instead=(("name", text(200, least=1)),),
    )
)
ScenarioRisks, RiskDetail = views_of(
    Kind(
        noun="risk",
        title="Risk",
        core=words.RISKS,
        rows=reads.risks,
        value_of=risk_of,
        required=("name", "probability", "impacts"),
        instead=(("name", text(300, least=1)),),
    )
)
ScenarioDrivers, DriverDetail = views_of(
    Kind(
        noun="driver",
        title="Driver",
        core=words.DRIVERS,
        rows=reads.drivers,
        value_of=driver_of,
        required=("name",),
        identity="name",
        instead=(("name", KEY), ("tasks", listing(KEY, 10_000))),
    )
)
ScenarioCorrelations, CorrelationDetail = views_of(
    Kind(
        noun="correlation",
        title="Correlation",
        core=words.CORRELATIONS,
        rows=reads.correlations,
        value_of=correlation_of,
        required=("tasks",),
        identity="tasks",
        where=of_the_pair,
    )
)
