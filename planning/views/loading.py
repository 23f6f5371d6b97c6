"""What a person may see, or 404: theirs and missing ones look the same."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from planning import selectors
from planning.access import may_on_parts
from planning.errors import LostRaceError
from planning.models import Project, Scenario, Task


def project_or_404(request: PersonRequest, pk: UUID) -> Project:
    """Return the project if this person may read it."""
    return get_object_or_404(selectors.projects_for(request.membership), pk=pk)


def scenario_or_404(request: PersonRequest, pk: UUID) -> Scenario:
    """Return the scenario if this person may read it."""
    found = selectors.seen_scenario_for(request.membership, pk)
    if found is None:
        raise Http404
    return found


def task_or_404(request: PersonRequest, pk: UUID) -> Task:
    """Return the task if this person may read it."""
    found = selectors.seen_task_for(request.membership, pk)
    if found is None:
        raise Http404
    return found


def may_edit(request: PersonRequest, scenario: Scenario) -> bool:
    """Whether this person may change this plan now."""
    return not scenario.is_archived and may_on_parts(scenario, request.membership, Action.EDIT)


def sentences(error: ValidationError) -> str:
    """What to tell the person."""
    return " ".join(error.messages)


def status_of(error: ValidationError) -> int:
    """409 where somebody else was faster, else 422."""
    return 409 if isinstance(error, LostRaceError) else 422
