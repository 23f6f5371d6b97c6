"""The ledger: what was promised to whom, its chance over time, and how good estimates were."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from planning.access import may_on
from planning.models import Project
from planning.views.loading import project_or_404, sentences
from simulations.ledger import reading, services
from simulations.ledger.forms import CommitmentForm, WithdrawForm
from simulations.ledger.page import calibration_page, commitment_page, ledger
from simulations.ledger.selectors import calibration_of, commitments_for, has_finished_work


@require_safe
@login_required
def commitments(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What did we promise, and will it hold?"""
    return _ledger(request, project_or_404(request, pk))


@require_POST
@login_required
def give_commitment(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Record a date that was given to someone."""
    project = project_or_404(request, pk)
    form = _form(project, request.POST)
    if form.is_valid():
        try:
            services.give_commitment(project, actor=request.user, **form.given())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The date is in the ledger."))
            return redirect("simulations:commitments", project.pk)
    return _ledger(request, project, form, status=422)


@require_safe
@login_required
def commitment(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Will we keep it?"""
    return _commitment(request, pk, WithdrawForm())


@require_POST
@login_required
def withdraw_commitment(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Take a date back, and say why."""
    found = get_object_or_404(commitments_for(request.membership), pk=pk)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            services.withdraw_commitment(found, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The commitment is withdrawn."))
            return redirect("simulations:commitment", found.pk)
    return _commitment(request, pk, form, status=422)


@require_safe
@login_required
def calibration(request: PersonRequest, pk: UUID) -> HttpResponse:
    """How good are our estimates?"""
    return _calibration(request, project_or_404(request, pk))


@require_POST
@login_required
def correct_ranges(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Branch from the baseline with ranges as the past ones would have held."""
    project = project_or_404(request, pk)
    found = calibration_of(project, request.membership, reading.entries(project))
    try:
        scored = reading.scored_of(found, request.POST.get("estimator", ""))
        made = services.branch_with_corrected_ranges(
            project,
            scored.correction,
            actor=request.user,
            name=request.POST.get("name", "").strip()[:200],
            estimator=scored.estimator,
        )
    except LookupError:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, sentences(error))
        return _calibration(request, project, status=422)
    messages.success(request, made.description)
    return redirect("planning:scenario-diff", made.pk)


def _form(project: Project, data: Any = None) -> CommitmentForm:
    milestones = reading.milestones(project)
    return CommitmentForm(data, milestones=milestones, initial={"given_on": timezone.localdate()})


def _ledger(
    request: PersonRequest,
    project: Project,
    form: CommitmentForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "project": project,
        "page": ledger(reading.entries(project)),
        "form": form or _form(project),
        "may_edit": may_on(project, request.membership, Action.EDIT),
    }
    return render(request, "simulations/commitments.html", context, status=status)


def _commitment(
    request: PersonRequest, pk: UUID, form: WithdrawForm, *, status: int = 200
) -> HttpResponse:
    found = get_object_or_404(commitments_for(request.membership), pk=pk)
    context = {
        "project": found.project,
        "page": commitment_page(reading.entry(found)),
        "form": form,
        "may_edit": may_on(found.project, request.membership, Action.EDIT),
    }
    return render(request, "simulations/commitment.html", context, status=status)


def _calibration(request: PersonRequest, project: Project, *, status: int = 200) -> HttpResponse:
    found = calibration_of(project, request.membership, reading.entries(project))
    context = {
        "project": project,
        "page": calibration_page(found),
        "has_finished_work": found.finished or has_finished_work(project),
        "may_branch": may_on(project, request.membership, Action.BRANCH),
    }
    return render(request, "simulations/calibration.html", context, status=status)
