"""What is done to a scenario as a whole: branch, describe, archive, delete."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lineo.accounts.requests import PersonRequest
from planning.errors import LostRaceError
from planning.forms.plans import BranchForm, ScenarioDetailsForm
from planning.models import Scenario
from planning.services import scenarios
from planning.views.loading import may_edit, scenario_or_404, sentences, status_of

DETAILS = ("name", "description", "colour", "cost", "version")


@require_POST
@login_required
def branch_scenario(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Copy the whole plan under another name."""
    source = scenario_or_404(request, pk)
    form = BranchForm(request.POST)
    if form.is_valid():
        try:
            branch = scenarios.branch_scenario(source, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect(branch)
    return _form_page(request, source, form, title=_("Branch"), status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def scenario_details(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Its name, what it tries, its colour and its cost."""
    found = scenario_or_404(request, pk)
    form = ScenarioDetailsForm(
        request.POST or None, initial={name: getattr(found, name) for name in DETAILS}
    )
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        details = dict(form.cleaned_data)
        seen = details.pop("version")
        try:
            scenarios.edit_scenario(found, actor=request.user, expected_version=seen, **details)
        except ValidationError as error:
            if isinstance(error, LostRaceError):
                found = scenario_or_404(request, pk)
                form = form.beside(found)
            form.add_error(None, error.messages)
            status = status_of(error)
        else:
            return redirect(found.project)
    return _form_page(request, found, form, title=_("Describe"), status=status)


@require_POST
@login_required
def archive_scenario(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Make the scenario read-only."""
    found = scenario_or_404(request, pk)
    try:
        scenarios.archive_scenario(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, sentences(error))
    else:
        messages.success(request, _("Archived “%(name)s”.") % {"name": found.name})
    return redirect(found.project)


@require_POST
@login_required
def restore_scenario(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Make an archived scenario editable again."""
    found = scenario_or_404(request, pk)
    scenarios.restore_scenario(found, actor=request.user)
    messages.success(request, _("“%(name)s” can be edited again.") % {"name": found.name})
    return redirect(found.project)


@require_POST
@login_required
def delete_scenario(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Delete the scenario for good; its branches and the history stay."""
    found = scenario_or_404(request, pk)
    try:
        scenarios.delete_scenario(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, sentences(error))
    else:
        messages.success(request, _("Deleted “%(name)s”.") % {"name": found.name})
    return redirect(found.project)


def _form_page(
    request: PersonRequest, found: Scenario, form: BranchForm, *, title: str, status: int
) -> HttpResponse:
    context: dict[str, Any] = {
        "scenario": found,
        "form": form,
        "title": title,
        "action": request.path,
        "may_edit": may_edit(request, found) or form.is_bound,
    }
    return render(request, "planning/scenario_details.html", context, status=status)
