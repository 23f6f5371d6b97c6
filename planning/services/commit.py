"""The one way to write a plan.

An intention is a function from Plan to Plan. Under the scenario's lock it is
given the plan as it stands; whatever then differs is validated, scheduled,
written and logged as one :class:`~lineo.activity.models.Change`, or nothing
is.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from lineo.accounts import locking
from lineo.accounts.ids import uuid7
from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.accounts.tenancy import workspace_context
from lineo.activity.models import Change
from lineo.activity.signals import change_committed
from lineo.requests import request_id
from planning import access, others, row_writer, snapshot
from planning.core.diff import diff
from planning.core.editing import in_time_zone
from planning.core.edits import Edit, EditKind, What
from planning.core.plan import Plan, PlanError
from planning.core.schedule import Schedule, reschedule
from planning.core.table_order import in_outline_order
from planning.core.validation import validate
from planning.errors import LostRaceError
from planning.models import Scenario
from planning.pages.moments import Moment
from planning.services.identities import identities_for, with_rows
from planning.signals import plan_drafted, plan_written
from planning.snapshot import Identity, Snapshot

logger = logging.getLogger(__name__)

Intention = Callable[[Plan], Plan]


@dataclass(frozen=True, slots=True)
class Expected:
    """The version of a row that a person saw when they decided."""

    collection: str
    key: str
    version: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan to be, with row identities where they are not to be made anew."""

    plan: Plan
    identities: Mapping[str, Mapping[str, Identity]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was meant, by whom: the part of a log row that the plan doesn't tell.

    ``intention`` is a short word that stays the same (``edit-task``),
    ``summary`` the same in a sentence for people. Its ``%(name)s`` and
    ``%(other)s`` become the names of the tasks called ``key`` and ``other``.
    ``joined`` is the state of another scenario that is taken in: it is logged
    also where nothing differs, since a later merge begins there. ``restored``
    is the revision of the scenario itself to which the change goes back.
    """

    actor: User | None
    intention: str
    summary: str
    key: str = ""
    other: str = ""
    undoes: Change | None = None
    action: Action = Action.EDIT
    joined: Moment | None = None
    restored: int | None = None

    def sentence(self, before: Plan) -> str:
        """Return the summary with the names that tasks had before the change."""
        if not self.key:
            return self.summary
        names = {"name": _name(before, self.key), "other": _name(before, self.other)}
        return self.summary % names


def _name(plan: Plan, key: str) -> str:
    return plan.task(key).name if plan.has_task(key) else key


def commit(
    scenario: Scenario,
    *,
    meaning: Meaning,
    change: Intention,
    expected: Iterable[Expected] = (),
    expected_revision: int | None = None,
) -> Change | None:
    """Carry out one intention on the plan; return its log row, None if nothing differs.

    Parameters
    ----------
    change
        The plan as it stands → the plan as it shall be.
    expected, expected_revision
        What the actor had seen of the rows that they touch, or of the whole.

    Raises
    ------
    ValidationError
        If the plan would be wrong, or the scenario is archived.
    PermissionDenied
        If the actor's role doesn't let them.
    LostRaceError
        If somebody else changed what the actor had seen.
    """
    return commit_draft(
        scenario,
        meaning=meaning,
        draft=lambda before: Draft(change(before.plan)),
        expected=expected,
        expected_revision=expected_revision,
    )


def commit_draft(
    scenario: Scenario,
    *,
    meaning: Meaning,
    draft: Callable[[Snapshot], Draft],
    expected: Iterable[Expected] = (),
    expected_revision: int | None = None,
) -> Change | None:
    """Like :func:`commit`, for an intention that also knows row identities.

    Notes
    -----
    Whatever refuses a change does so before the first row is written. So within a transaction,
    such as a request's, none of its own is needed to take back what was begun.
    """
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        locked = lock(scenario, expected_revision)
        access.demand_on_parts(locked, meaning.actor, meaning.action)
        before = snapshot.cached(locked)
        _check_versions(before, expected)
        try:
            wanted, edits, dates = _planned(locked, before, meaning, draft)
        except PlanError as error:
            raise ValidationError(str(error), code="plan") from error
        with transaction.atomic(savepoint=False):
            after = identities_for(locked, before, wanted.plan, wanted.identities)
            edits += _moves(before, after)
            if not edits and meaning.joined is None:
                return None
            _write(locked, before, after.dated(dates))
            return _log(locked, before, after, edits, meaning)


def _planned(
    locked: Scenario, before: Snapshot, meaning: Meaning, draft: Callable[[Snapshot], Draft]
) -> tuple[Draft, list[Edit], Schedule]:
    """Return the valid plan to be, what it changes, and its dates."""
    wanted = _at_home(draft(before), before)
    wanted = _hearing(wanted, before, meaning)
    wanted = replace(wanted, plan=in_outline_order(wanted.plan))
    edits = list(diff(before.plan, wanted.plan))
    if edits:
        plans = (before.plan, wanted.plan)
        access.demand_edits(locked, meaning.actor, meaning.action, edits, plans)
        validate(wanted.plan, before.plan)
        plan_drafted.send(sender=Scenario, scenario=locked, plan=wanted.plan, edits=edits)
    return wanted, edits, reschedule(before.schedule, wanted.plan)


def _at_home(wanted: Draft, before: Snapshot) -> Draft:
    """Return the draft in the time zone of its project, which no change of one plan changes."""
    return replace(wanted, plan=in_time_zone(wanted.plan, before.plan.project.time_zone))


def _hearing(wanted: Draft, before: Snapshot, meaning: Meaning) -> Draft:
    """Return the draft with the dates of what it newly waits for in other projects."""
    is_vetted = bool(meaning.undoes or meaning.joined or meaning.restored is not None)
    plan = others.with_dates(wanted.plan, before.plan, actor=meaning.actor, is_vetted=is_vetted)
    return replace(wanted, plan=plan)


def lock(scenario: Scenario, expected_revision: int | None = None) -> Scenario:
    """Return the scenario's row locked: whoever writes the plan waits here.

    Two links that are each harmless can close a circle together when they are
    added at the same time; behind this lock the second sees the first.
    """
    locked = locking.locked(Scenario.objects.select_related("project"), scenario.pk)
    if locked.is_archived:
        raise ValidationError(_("This scenario is archived; branch from it to change it."))
    if expected_revision is not None and locked.revision != expected_revision:
        raise LostRaceError(
            _("The plan has changed since you opened it: it is now at revision %(revision)s.")
            % {"revision": locked.revision}
        )
    return locked


def _check_versions(before: Snapshot, expected: Iterable[Expected]) -> None:
    for seen in expected:
        pk = before.row_id(seen.collection, seen.key)
        if pk is None:
            raise LostRaceError(_("Somebody has deleted this meanwhile."))
        if before.version(seen.collection, seen.key) != seen.version:
            rows = snapshot.KINDS[seen.collection]._default_manager
            raise LostRaceError(_("Somebody has changed this meanwhile."), row=rows.get(pk=pk))


def _moves(before: Snapshot, after: Snapshot) -> list[Edit]:
    """Return an edit for each task that stands elsewhere in the table."""
    former = before.identities["tasks"]
    if after.identities["tasks"] is former:
        return []
    return [
        Edit(
            EditKind.TASK,
            key,
            What.CHANGED,
            "position",
            former[key].position,
            identity.position,
        )
        for key, identity in after.identities["tasks"].items()
        if key in former and former[key].position != identity.position
    ]


def _write(scenario: Scenario, before: Snapshot, after: Snapshot) -> None:
    schedule = after.schedule
    row_writer.write(scenario, before, after)
    scenario.revision += 1
    scenario.head = uuid7()
    scenario.scheduled_start = schedule.start
    scenario.scheduled_finish = schedule.finish
    scenario.save(update_fields=["revision", "head", "scheduled_start", "scheduled_finish"])


def _log(
    scenario: Scenario, before: Snapshot, after: Snapshot, edits: list[Edit], meaning: Meaning
) -> Change:
    joined = meaning.joined
    if meaning.restored is not None:
        joined = Moment(scenario.pk, meaning.restored)
    row = Change.objects.create(
        id=scenario.head,
        subject_kind="scenario",
        subject_id=scenario.pk,
        project_id=scenario.project_id,
        revision=scenario.revision,
        actor=meaning.actor,
        intention=meaning.intention,
        summary=meaning.sentence(before.plan)[:300],
        edits=[with_rows(edit, before, after).to_json() for edit in edits],
        undoes=meaning.undoes.pk if meaning.undoes else None,
        joined_id=joined.scenario_id if joined else None,
        joined_revision=joined.revision if joined else None,
        is_undo=bool(meaning.undoes and not meaning.undoes.is_undo),
        request_id=request_id.get(),
    )
    row.subject = scenario
    announce(scenario, after, row)
    return row


def announce(scenario: Scenario, after: Snapshot, change: Change) -> None:
    """Remember the new revision's plan, and tell whoever listens: now, and once it is committed.

    A head that is rolled back is never asked for again, so it may be
    remembered at once.
    """
    plan_written.send(sender=Change, scenario=scenario, plan=after.plan, change=change)
    snapshot.recent.put(scenario.head, after)
    transaction.on_commit(lambda: _tell(scenario, change))


def _tell(scenario: Scenario, change: Change) -> None:
    """Tell who listens in one transaction; where that fails, each in one of their own."""
    told = {
        "workspace_id": scenario.workspace_id,
        "scenario_id": scenario.pk,
        "revision": change.revision,
        "change_id": change.pk,
        "edits": change.edits,
    }
    try:
        with workspace_context(scenario.workspace_id):
            change_committed.send(sender=Change, **told)
    except DatabaseError as error:
        logger.warning("Change %s is told to each by itself: %s", change.pk, error)
        change_committed.send_robust(sender=Change, **told)
