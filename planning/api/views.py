"""What the views of planning share: finding what the person may see."""

from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from lineo.accounts.models import Membership, User
from lineo.api.views import ApiView
from planning import selectors, snapshot
from planning.core.plan import Plan
from planning.models import Project, Scenario
from planning.services.commit import Expected


class PlanningView(ApiView):
    """A resource of a plan; what the person may not see is not there."""

    @property
    def membership(self) -> Membership:
        return self.request.membership  # type: ignore[attr-defined,no-any-return]

    @property
    def actor(self) -> User:
        return cast(User, self.request.user)

    def project(self, project_id: UUID) -> Project:
        return get_object_or_404(selectors.projects_for(self.membership), pk=project_id)

    def scenario(self, scenario_id: UUID) -> Scenario:
        found = selectors.scenario_for(self.membership, scenario_id)
        if found is None:
            raise Http404
        return found


class RowView(PlanningView):
    """One row of a plan, found by its id alone, within its scenario."""

    collection: ClassVar[str]

    def rows(self) -> QuerySet[Any]:
        """Return the rows of this kind that the person may see."""
        raise NotImplementedError

    def row(self, row_id: UUID) -> Any:
        return get_object_or_404(self.rows(), pk=row_id)

    def expected(self, key: str, seen: int | None) -> list[Expected]:
        """Return what the caller had seen of the row, for the service to check."""
        return [] if seen is None else [Expected(self.collection, key, seen)]


def plan_of(scenario: Scenario) -> Plan:
    """Return the plan in whose light words are read."""
    return snapshot.shown_plan_of(scenario)
