"""What of the trail somebody may read: rules bind administrators as they bind others.

That something was done, where, when and by whom, everybody reads who administers the
workspace. What it was done to and what it changed is withheld from them where it speaks, or may
speak, of what a rule hides from them.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from lineo.accounts.models import Membership, Role
from lineo.accounts.policy import Action, ScopeKind, verdicts_on
from lineo.accounts.rules import with_rules
from lineo.accounts.scopes import TaskInProject
from lineo.activity.models import Change, Event

JOINING = ("branch-scenario", "merge-scenario", "rebase-scenario")
"""The intentions whose summary names another scenario."""

RULES = ("rule.added", "rule.lifted")
"""The deeds that name what is hidden, and no project."""


class Sight:
    """What is withheld from these members together: what one of them may not read.

    In a project of which rules hide tasks nothing is told of any, and in one of which they hide a
    scenario nothing of what belongs to no scenario: who can tell what a title names.
    """

    def __init__(self, members: Iterable[Membership]) -> None:
        self._withheld = [found for each in members if (found := _withheld_from(each))]

    def withheld(self) -> Q | None:
        """Return which events are withheld; None where nothing is."""
        found = None
        for one in self._withheld:
            found = one if found is None else found | one
        return found

    def withheld_of(self, events: Iterable[Event]) -> set[UUID]:
        """Return the ids of those events that are withheld, in one query if any can be."""
        condition = self.withheld()
        if condition is None:
            return set()
        rows = Event.objects.filter(condition, pk__in=[event.pk for event in events])
        return set(rows.values_list("pk", flat=True))


def sight_of_administrators(workspace_id: UUID) -> Sight:
    """Return what all who administer the workspace may read, and so know in common."""
    rows = Membership.objects.filter(
        workspace=workspace_id, role=Role.ADMIN, is_suspended=False
    )  # no rule binds an owner
    return Sight(with_rules(rows))


def _withheld_from(membership: Membership) -> Q | None:
    verdicts = verdicts_on(membership, Action.READ)
    if all(verdicts.values()):
        return None
    named: dict[tuple[ScopeKind, bool], set[UUID]] = {}
    for scope, allowed in verdicts.items():
        place = scope.id.project_id if isinstance(scope.id, TaskInProject) else scope.id
        named.setdefault((scope.kind, allowed), set()).add(place)
    scenarios = named.get((ScopeKind.SCENARIO, False), set())
    projects = named.get((ScopeKind.PROJECT, False), set())
    opened = Q(scenario_id__in=named.get((ScopeKind.SCENARIO, True), set()))
    drawn = Q(project_id__in=named.get((ScopeKind.TASK, False), set()))
    return (
        Q(action__in=RULES)
        | (Q(project_id__in=projects) & ~opened)
        | Q(scenario_id__in=scenarios)
        | drawn
        | _beside(scenarios)
    )


def _beside(scenarios: set[UUID]) -> Q:
    """Return what may name one of these scenarios though it happened beside them."""
    of_them = Change.objects.filter(subject_id__in=scenarios).values("project_id")
    of_no_scenario = Q(project_id__in=of_them, scenario_id=None)
    joining = Change.objects.filter(project_id__in=of_them, intention__in=JOINING)
    naming = joining.filter(Q(joined_id=None) | Q(joined_id__in=scenarios))
    return of_no_scenario | Q(pk__in=naming.values("pk"))
