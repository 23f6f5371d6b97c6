"""Which two states are set side by side: of two scenarios, or two moments of one."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lineo.accounts.models import Membership
from planning import selectors, veil
from planning.core.differences import Difference, difference
from planning.core.plan import Plan, PlanError
from planning.models import Scenario
from planning.services.ancestry import state_of


@dataclass(frozen=True, slots=True)
class Side:
    """A scenario at one of its revisions."""

    scenario: Scenario
    revision: int

    @property
    def is_current(self) -> bool:
        return self.revision == self.scenario.revision


@dataclass(frozen=True, slots=True)
class Beside:
    """Two states and what differs between them."""

    before: Side
    after: Side
    plans: tuple[Plan, Plan]
    difference: Difference


def sides_of(
    scenario: Scenario,
    membership: Membership | None,
    *,
    against: str = "",
    revision: str = "",
    against_revision: str = "",
) -> tuple[Side, Side]:
    """Return what a scenario is compared with, and the scenario.

    Without ``against`` that is its source, else the baseline; a baseline, and
    whatever has neither, is compared with its own state one change ago.

    Raises
    ------
    ValidationError
        If there is no such scenario in the project, or no such revision.
    """
    after = Side(scenario, _revision(revision, scenario))
    other = _other(scenario, membership, against)
    if other.pk == scenario.pk and not against_revision:
        return Side(other, max(after.revision - 1, 1)), after
    return Side(other, _revision(against_revision, other)), after


def beside(before: Side, after: Side) -> Beside:
    """Return two states with what differs between them.

    Raises
    ------
    ValidationError
        If a state is not remembered any more.
    """
    try:
        states = [state_of(side.scenario, side.revision) for side in (before, after)]
        plans = [veil.over(state.plan, before.scenario.project_id) for state in states]
        found = difference(plans[0], plans[1], schedules=(states[0].schedule, states[1].schedule))
    except PlanError as error:
        raise ValidationError(str(error)) from error
    return Beside(before, after, (plans[0], plans[1]), found)


def _other(scenario: Scenario, membership: Membership | None, against: str) -> Scenario:
    others = selectors.scenarios_for(membership).filter(project=scenario.project_id)
    if against:
        try:
            found = others.filter(pk=against).first()
        except ValidationError:
            found = None
        if found is None:
            raise ValidationError(_("This project has no such scenario."))
        return found
    if scenario.is_baseline:
        return scenario
    source = others.filter(pk=scenario.source_id).first() if scenario.source_id else None
    baseline = None if source else others.filter(is_baseline=True).first()
    return source or baseline or scenario


def _revision(text: str, scenario: Scenario) -> int:
    if not text:
        return scenario.revision
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= number <= scenario.revision:
        raise ValidationError(
            _("“%(name)s” has the revisions 1 to %(last)s.")
            % {"name": scenario.name, "last": scenario.revision}
        )
    return number
