"""How a lowered plan is run: on one calendar, or with all of them."""

from datetime import datetime

from planning.core.calendars import calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import Plan
from simulations.engine.lowering.plans import Lowered
from simulations.engine.running.many_calendars import ManyCalendars
from simulations.engine.running.one_calendar import OneCalendar
from simulations.engine.running.run import Run


def run_of(plan: Plan, lowered: Lowered) -> Run:
    """Return how a lowered plan is to be run."""
    if lowered.side is None:
        return OneCalendar.of(plan, lowered)
    return ManyCalendars.of(plan, lowered, lowered.side)


def project_work_of(plan: Plan, moment: datetime) -> int:
    """Return a moment as working minutes from the project's start."""
    time = calendars_of(plan.calendars)[plan.project.calendar]
    return time.work_between(to_minutes(plan.project.start), to_minutes(moment))
