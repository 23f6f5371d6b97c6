"""Undo, redo and moments: everything that reads the change log to write the plan."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lineo.accounts.actions import Action
from lineo.accounts.models import User
from lineo.activity.models import Change
from planning import access
from planning.core.diff import apply, values_of
from planning.core.durations import Units
from planning.core.edits import Edit, EditKind, What, inverse
from planning.models import Promotion, Scenario
from planning.services.commit import Draft, Meaning, commit_draft, lock
from planning.services.identities import COLLECTIONS
from planning.snapshot import Identity, Snapshot, with_identities

RESTORE = "restore"
"""The intention of going back to an earlier revision, which the change names as joined."""

PROMOTE = "promote-scenario"
"""The intention of a promotion, which is taken back by restoring the former baseline."""

HEARD = "external_dates"
"""What was heard of other projects is nobody's word: it comes anew, and keeps no undo away."""

HORIZON = 500
"""How many of a person's last changes undo looks back over."""


def undo(scenario: Scenario, *, actor: User) -> Change:
    """Take back the actor's last change that still stands.

    Raises
    ------
    ValidationError
        If there is none, or somebody has touched the same field since.
    """
    change = undoable(scenario, actor)
    if change is None:
        raise ValidationError(_("There is nothing to undo."), code="nothing-to-undo")
    if change.intention == PROMOTE:
        raise ValidationError(
            _("A promotion is taken back on the lineage page: restore the former baseline."),
            code="no-effect",
        )
    return _revert(scenario, change, actor, _("Undo: %(summary)s"))


def redo(scenario: Scenario, *, actor: User) -> Change:
    """Do again what the actor's last undo took back.

    Raises
    ------
    ValidationError
        If there is none, or somebody has touched the same field since.
    """
    change = redoable(scenario, actor)
    if change is None:
        raise ValidationError(_("There is nothing to redo."), code="nothing-to-redo")
    return _revert(scenario, change, actor, _("Redo: %(summary)s"))


@transaction.atomic
def restore(scenario: Scenario, revision: int, *, actor: User, seen: int) -> Change:
    """Make the plan what it was at an earlier revision, as one new change.

    It holds the merges again that it held then, and no other: those that came
    later are offered anew. No moment before a promotion comes back, since
    what was promised is taken back on the lineage page only.

    Parameters
    ----------
    seen
        The revision at which the actor decided it.

    Raises
    ------
    ValidationError
        If there is no such revision, it lies before a promotion, or the plan
        is already the same.
    LostRaceError
        If somebody has changed the plan since it was seen.
    """
    locked = lock(scenario, seen)
    access.demand_on_parts(locked, actor, Action.EDIT)
    if not 0 <= revision <= locked.revision:
        raise ValidationError(_("This plan has no revision %(number)s.") % {"number": revision})
    _refuse_before_promotion(locked, revision)
    said = _("Restored revision %(number)s") % {"number": revision}
    restored = commit_draft(
        locked,
        meaning=Meaning(actor, RESTORE, said, restored=max(revision, 1)),
        draft=lambda before: _draft_of(snapshot_at(locked, before, revision)),
    )
    if restored is None:
        raise ValidationError(
            _("The plan is the same as at revision %(number)s.") % {"number": revision}
        )
    return restored


def first_restorable(scenario: Scenario) -> int:
    """Return the first revision that may be restored: that of the last promotion, else the first.

    What lies before it has the promises of then.
    """
    promised = Promotion.objects.filter(scenario_id=scenario.pk)
    frozen = Change.objects.filter(subject_id=scenario.pk, intention=PROMOTE)
    last = [rows.aggregate(last=Max("revision"))["last"] for rows in (promised, frozen)]
    return max(filter(None, last), default=0)


def _refuse_before_promotion(scenario: Scenario, revision: int) -> None:
    """Raise where the scenario was promoted after ``revision``."""
    if revision < first_restorable(scenario):
        raise ValidationError(
            _(
                "This plan was promoted after revision %(number)s, and history takes no promise"
                " back: restore a former baseline on the lineage page."
            )
            % {"number": revision}
        )


def _draft_of(found: Snapshot) -> Draft:
    return Draft(found.plan, found.identities)


class Steps(NamedTuple):
    """The changes that undo and redo would take back."""

    undo: Change | None
    redo: Change | None


def steps(scenario: Scenario, actor: User) -> Steps:
    """Return what undo and redo would do now, for the buttons that offer them.

    What the changes did is left in the database.
    """
    rows = Change.objects.filter(subject_id=scenario.pk, actor=actor).defer("edits")
    changes = list(rows.exclude(edits=[]).order_by("-revision")[:HORIZON])
    return Steps(_to_undo(changes), _to_redo(changes))


def steps_after(change: Change) -> Steps | None:
    """Return what undo and redo would do just after a person's change, where it tells that."""
    return None if change.undoes else Steps(undo=change, redo=None)


def undoable(scenario: Scenario, actor: User) -> Change | None:
    """Return the change that undo would take back."""
    return steps(scenario, actor).undo


def redoable(scenario: Scenario, actor: User) -> Change | None:
    """Return the undo that redo would take back: none after a fresh change."""
    return steps(scenario, actor).redo


def _to_undo(changes: Sequence[Change]) -> Change | None:
    reverted = {change.undoes for change in changes}
    for change in changes:
        if not change.is_undo and change.pk not in reverted:
            return change
    return None


def _to_redo(changes: Sequence[Change]) -> Change | None:
    reverted = {change.undoes for change in changes}
    for change in changes:
        if change.undoes is None:
            return None
        if change.is_undo and change.pk not in reverted:
            return change
    return None


def snapshot_at(scenario: Scenario, current: Snapshot, revision: int) -> Snapshot:
    """Return the plan as it was at an earlier revision, from the log."""
    later = Change.objects.filter(
        subject_id=scenario.pk, revision__gt=revision, revision__lte=scenario.revision
    )
    found = current
    for change in later.order_by("-revision"):
        found = replayed(found, inverse(edits_of(change)))
    return found


def replayed(before: Snapshot, edits: Sequence[Edit], units: Units | None = None) -> Snapshot:
    """Return the snapshot with ``edits`` applied, every row in its place."""
    plan = apply(edits, before.plan, units=units)
    given = _identities(edits)
    for edit in edits:
        if edit.field == "position":
            held = given["tasks"].get(edit.key) or before.identity("tasks", edit.key)
            given["tasks"][edit.key] = held._replace(position=edit.after)
    return with_identities(before, plan, given).in_row_order()


def edits_of(change: Change) -> tuple[Edit, ...]:
    """Return what a change did."""
    return tuple(Edit.from_json(edit) for edit in change.edits)


def _revert(scenario: Scenario, change: Change, actor: User, pattern: str) -> Change:
    bare = change.summary.removeprefix(_("Undo: %(summary)s") % {"summary": ""})
    said = pattern % {"summary": bare}
    reverted = commit_draft(
        scenario,
        meaning=Meaning(actor, change.intention, said, undoes=change),
        draft=lambda before: _reverted(before, change),
    )
    if reverted is None:
        raise ValidationError(_("This change makes no difference any more."), code="no-effect")
    return reverted


def _reverted(before: Snapshot, change: Change) -> Draft:
    edits, units = inverse(edits_of(change)), _units_at(before, change)
    _refuse_if_touched(before, edits, units)
    after = replayed(before, edits, units)
    return Draft(after.plan, after.identities)


def _units_at(before: Snapshot, change: Change) -> Units:
    """Return the units in which a change's durations are written: a "2d" means those days.

    The next change of a unit, if any, tells what it was until then.
    """
    later = Change.objects.filter(subject_id=change.subject_id, revision__gt=change.revision)
    found = {}
    for name in ("minutes_per_day", "minutes_per_week"):
        setting = {"kind": str(EditKind.SETTING), "key": name}
        row = later.filter(edits__contains=[setting]).order_by("revision").first()
        found[name] = getattr(before.plan.project, name)
        if row is not None:
            edits = edits_of(row)
            found[name] = next(
                one.before for one in edits if one.kind is EditKind.SETTING and one.key == name
            )
    return Units(**found)


def _refuse_if_touched(before: Snapshot, edits: Sequence[Edit], units: Units) -> None:
    """Raise if what an edit would write over is not what the change left there."""
    for edit, value in zip(edits, values_of(before.plan, edits, units=units), strict=True):
        if edit.field == HEARD:
            continue
        if edit.field == "position":
            found: Any = before.identities["tasks"].get(edit.key)
            found = found.position if found else None
        else:
            found = value
        if found != _without_row(edit.before):
            raise ValidationError(
                _(
                    "“%(key)s” was changed since: %(field)s is now %(found)s,"
                    " and undo would make it %(wanted)s."
                ),
                code="touched",
                params={
                    "key": edit.key,
                    "field": edit.field or edit.kind,
                    "found": _said(found),
                    "wanted": _said(_without_row(edit.after)),
                },
            )


def _identities(edits: Iterable[Edit]) -> dict[str, dict[str, Identity]]:
    """Return the identities of the rows that the edits bring back."""
    found: dict[str, dict[str, Identity]] = defaultdict(dict)
    for edit in edits:
        collection = COLLECTIONS.get(edit.kind)
        if collection is None or edit.what is not What.ADDED or "row" not in edit.after:
            continue
        row = edit.after["row"]
        identity = Identity(UUID(row["id"]), row["number"], row["position"])
        found[collection][edit.key] = identity
    return found


def _without_row(words: Any) -> Any:
    if isinstance(words, dict):
        return {name: value for name, value in words.items() if name != "row"}
    return words


def _said(value: Any) -> str:
    if value is None:
        return _("gone")
    if isinstance(value, dict):
        return str(value.get("name") or value.get("distribution") or _("there"))
    return str(value)
