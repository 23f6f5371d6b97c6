"""Merge and rebase: what two scenarios made of what they had in common, joined in one change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lineo.accounts.locking import read_again
from lineo.accounts.models import User
from lineo.activity.models import Change
from planning import veil
from planning.change_veil import seen_changes
from planning.core.merge import (
    HEARD,
    Conflict,
    Joined,
    Merge,
    Side,
    check_merged,
    joined,
    merge,
    merged,
)
from planning.core.plan import Plan, PlanError
from planning.core.references import Place
from planning.errors import LostRaceError
from planning.models import Scenario
from planning.pages.moments import Moment
from planning.services.ancestry import (
    MERGE,
    REBASE,
    common_ancestor,
    moment_of,
    plan_at,
)
from planning.services.commit import Meaning, commit, lock

SHOWN_CHANGES = 3

Decisions = Mapping[str, Side]
Chosen = Collection[Place] | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two scenarios as they stand, what they come from, and what joining them would do."""

    ours: Moment
    theirs: Moment
    plans: tuple[Plan, Plan, Plan]
    merge: Merge
    heard_later: Side = Side.OURS

    def merged(self, decisions: Decisions, chosen: Chosen = None) -> Plan:
        """Return the plan that would be, as :meth:`joined` has it."""
        return self.joined(decisions, chosen).plan

    def joined(self, decisions: Decisions, chosen: Chosen = None) -> Joined:
        """Return the plan that would be, conflicts that nobody decided left as ours.

        Raises
        ------
        PlanError
            If it would be no plan: a circle, a calendar that never works.
        """
        undecided = {conflict.id: Side.OURS for conflict in self.conflicts(chosen)}
        found = joined(
            *self.plans,
            {**undecided, **decisions},
            chosen=chosen,
            heard_later=self.heard_later,
        )
        check_merged(found.plan)
        return found

    def conflicts(self, chosen: Chosen = None) -> tuple[Conflict, ...]:
        """Return what must be decided where only some rows are taken."""
        if chosen is None:
            return self.merge.conflicts
        return merge(*self.plans, chosen=chosen, heard_later=self.heard_later).conflicts


def propose(ours: Scenario, theirs: Scenario, seen: tuple[int, int] | None = None) -> Proposal:
    """Return what it would do to take ``theirs`` into ``ours``.

    ``seen`` are the revisions at which a person looked at both; the states as
    they stand by default.

    Raises
    ------
    ValidationError
        If they are one scenario or have nothing in common.
    """
    veil.refuse(ours.project_id)
    if ours.pk == theirs.pk:
        raise ValidationError(_("A scenario can't be merged with itself."))
    if ours.project_id != theirs.project_id:
        raise ValidationError(_("Only scenarios of one project can be merged."))
    base = common_ancestor(ours, theirs)
    if base is None:
        raise ValidationError(
            _("These two scenarios have nothing in common: neither comes from the other.")
        )
    moments = moment_of(ours), moment_of(theirs)
    if seen is not None:
        moments = Moment(ours.pk, seen[0]), Moment(theirs.pk, seen[1])
    try:
        plans = plan_at(base), plan_at(moments[0]), plan_at(moments[1])
    except PlanError as error:
        raise ValidationError(str(error)) from error
    found = merge(*plans)
    if not found.heard or _heard_at(moments[0]) >= _heard_at(moments[1]):
        return Proposal(*moments, plans, found)
    later = Side.THEIRS
    return Proposal(*moments, plans, merge(*plans, heard_later=later), later)


def _heard_at(moment: Moment) -> datetime:
    """Return when a scenario last heard of other projects, up to that moment."""
    changes = Change.objects.filter(
        subject_id=moment.scenario_id,
        revision__lte=moment.revision,
        edits__contains=[{"field": HEARD}],
    )
    last = changes.order_by("-revision").values_list("created_at", flat=True).first()
    return last or datetime.min.replace(tzinfo=UTC)


@transaction.atomic
def merge_scenario(
    ours: Scenario,
    theirs: Scenario,
    *,
    actor: User | None,
    decisions: Decisions | None = None,
    chosen: Chosen = None,
    seen: tuple[int, int] | None = None,
) -> Change | None:
    """Take what ``theirs`` changed into ``ours``, whole or chosen rows, in one change.

    A whole merge is the base of the next one; of a partial one nothing is
    remembered, so that the rows left out are offered again.

    Parameters
    ----------
    decisions
        Whose version stands, by the id of each conflict.
    chosen
        The rows of theirs to take; all of them by default.
    seen
        The revisions of ours and of theirs that the actor decided on.

    Raises
    ------
    ValidationError
        If a conflict is not decided, the merged plan would be wrong, or the
        two have nothing in common.
    LostRaceError
        If either moved meanwhile; it says what changed.
    """
    return _join(
        ours,
        theirs,
        actor=actor,
        decisions=decisions or {},
        chosen=chosen,
        seen=seen,
        intention=MERGE,
        summary=_("Merged “%(name)s”"),
    )


@transaction.atomic
def rebase_scenario(
    scenario: Scenario,
    onto: Scenario,
    *,
    actor: User | None,
    decisions: Decisions | None = None,
    chosen: Chosen = None,
    seen: tuple[int, int] | None = None,
) -> Change | None:
    """Bring the later changes of ``onto``, the baseline mostly, into a scenario.

    Parameters and errors are those of :func:`merge_scenario`.
    """
    return _join(
        scenario,
        onto,
        actor=actor,
        decisions=decisions or {},
        chosen=chosen,
        seen=seen,
        intention=REBASE,
        summary=_("Rebased onto “%(name)s”"),
    )


def _join(
    ours: Scenario,
    theirs: Scenario,
    *,
    actor: User | None,
    decisions: Decisions,
    chosen: Chosen,
    seen: tuple[int, int] | None,
    intention: str,
    summary: str,
) -> Change | None:
    locked = lock(ours)
    # Its state at a revision never changes; only whether that is still the last one matters.
    other = read_again(Scenario.objects.select_related("project"), theirs.pk)
    if seen is not None:
        refuse_if_moved(locked, seen[0])
        refuse_if_moved(other, seen[1])
    proposal = propose(locked, other)
    base, _ours, plan = proposal.plans
    how: dict[str, Any] = {"chosen": chosen, "heard_later": proposal.heard_later}
    try:
        merged(*proposal.plans, decisions, **how)
    except PlanError as error:
        raise ValidationError(str(error), code="undecided") from error
    return commit(
        locked,
        meaning=Meaning(
            actor,
            intention,
            summary % {"name": other.name},
            joined=proposal.theirs if chosen is None else None,
        ),
        change=lambda before: merged(base, before, plan, decisions, **how),
    )


def refuse_if_moved(scenario: Scenario, seen: int) -> None:
    """Raise, saying what changed, unless the scenario is at the revision that was seen."""
    if scenario.revision != seen:
        raise LostRaceError(
            _("“%(name)s” has changed meanwhile: %(changes)s")
            % {"name": scenario.name, "changes": changes_since(scenario, seen)}
        )


def changes_since(scenario: Scenario, revision: int) -> str:
    """Return the last changes after a revision, in a few words."""
    later = Change.objects.filter(subject_id=scenario.pk, revision__gt=revision).defer("edits")
    rows = seen_changes(later.select_related("actor").order_by("-revision")[: SHOWN_CHANGES + 1])
    said = [
        f"{row.summary} ({row.actor})" if row.actor else row.summary for row in rows[:SHOWN_CHANGES]
    ]
    if len(rows) > SHOWN_CHANGES:
        said.append("…")
    return "; ".join(said)
