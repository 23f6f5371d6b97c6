"""Calendars and risks are added, saved and deleted alike: what a plan holds besides its tasks."""

from collections.abc import Callable
from typing import Any, Protocol

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lineo.accounts.requests import PersonRequest
from lineo.numbers import number_or_none
from planning.models import Calendar, Risk, Scenario
from planning.services import plans
from planning.services.commit import Expected
from planning.views.loading import sentences, status_of

KEPT = 302


class EntityForm(Protocol):
    """A form whose fields come to one value of the plan."""

    def is_valid(self) -> bool: ...

    def add_error(self, field: str | None, error: Any) -> None: ...

    def value(self) -> plans.Entity: ...


def add(request: PersonRequest, scenario: Scenario, form: EntityForm) -> int:
    """Add what the form says to the plan; return the status, and say in the form what is wrong."""
    return _keep(form, lambda: plans.save_entity(scenario, form.value(), actor=request.user))


def save(request: PersonRequest, row: Calendar | Risk, form: EntityForm) -> int:
    """Put what the form says in the place of ``row``; else as :func:`add`."""

    def put() -> None:
        value = form.value()
        sent = number_or_none(request.POST, "version")
        version = row.version if sent is None else sent
        seen = [Expected(plans.collection_of(type(value)), row.key, version)]
        plans.save_entity(row.scenario, value, actor=request.user, expected=seen)

    status = _keep(form, put)
    if status == KEPT:
        messages.success(request, _("Saved “%(name)s”.") % {"name": row.name})
    return status


def delete(request: PersonRequest, row: Calendar | Risk, kind: type[plans.Entity]) -> None:
    """Delete ``row``, or say why the plan still needs it; undo brings it back."""
    try:
        plans.delete_entity(row.scenario, kind, row.key, actor=request.user)
    except ValidationError as error:
        messages.error(request, sentences(error))
    else:
        messages.success(request, _("Deleted “%(name)s”.") % {"name": row.name})


def _keep(form: EntityForm, put: Callable[[], object]) -> int:
    if not form.is_valid():
        return 422
    try:
        put()
    except ValidationError as error:
        form.add_error(None, error.messages)
        return status_of(error)
    return KEPT
