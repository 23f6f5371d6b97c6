"""What an intention would move, without writing anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from lineo.accounts.models import User
from lineo.accounts.policy import Action
from planning import access, snapshot
from planning.core.calendars import calendars_of
from planning.core.diff import diff
from planning.core.instants import to_minutes
from planning.core.plan import Plan, PlanError
from planning.core.schedule import Schedule, ScheduledTask, reschedule
from planning.core.validation import validate
from planning.errors import LostRaceError
from planning.models import Scenario
from planning.services.intentions import Intention
from planning.snapshot import Identity, Snapshot


@dataclass(frozen=True, slots=True)
class Moved:
    """A task that would stand elsewhere, become critical or cease to be so."""

    identity: Identity
    dates: ScheduledTask


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of an intention; with a ``refusal`` nothing would.

    ``finish_moves_by`` is working minutes on the project calendar.
    """

    revision: int
    refusal: str
    former_finish: datetime
    finish: datetime
    finish_moves_by: int
    tasks: tuple[Moved, ...]


def preview(
    scenario: Scenario,
    intention: Intention,
    *,
    actor: User,
    expected_revision: int | None = None,
) -> Preview:
    """Return what committing the intention would move.

    Raises
    ------
    PermissionDenied
        If the actor's role doesn't let them edit.
    LostRaceError
        If the plan is no longer at ``expected_revision``.
    """
    access.demand_on_parts(scenario, actor, Action.EDIT)
    before = snapshot.cached(scenario)
    if expected_revision is not None and scenario.revision != expected_revision:
        raise LostRaceError(
            _("The plan has changed since you opened it: it is now at revision %(revision)s.")
            % {"revision": scenario.revision}
        )
    if scenario.is_archived:
        refusal = _("This scenario is archived; branch from it to change it.")
        return _preview(scenario, before, before.schedule, refusal)
    try:
        after = _dates_after(before.plan, before.schedule, intention)
    except PlanError as error:
        return _preview(scenario, before, before.schedule, str(error))
    return _preview(scenario, before, after)


def _dates_after(plan: Plan, dates: Schedule, intention: Intention) -> Schedule:
    wanted = intention.change(plan, dates)
    if any(diff(plan, wanted)):
        validate(wanted, plan)
    return reschedule(dates, wanted)


def _preview(scenario: Scenario, before: Snapshot, after: Schedule, refusal: str = "") -> Preview:
    project, former = before.plan.project, before.schedule
    time = calendars_of(before.plan.calendars)[project.calendar]
    return Preview(
        revision=scenario.revision,
        refusal=refusal,
        former_finish=former.finish,
        finish=after.finish,
        finish_moves_by=time.work_between(to_minutes(former.finish), to_minutes(after.finish)),
        tasks=tuple(_moved(before, after)),
    )


def _moved(before: Snapshot, after: Schedule) -> Iterator[Moved]:
    former = before.schedule.tasks
    for key, dates in after.tasks.items():
        if dates is not former[key] and _seen(dates) != _seen(former[key]):
            yield Moved(before.identity("tasks", key), dates)


def _seen(dates: ScheduledTask) -> tuple[datetime, datetime, bool]:
    return dates.start, dates.finish, dates.critical
