"""Pasting from a spreadsheet: first a look at what it makes, then all of it or nothing."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page
from planning.forms.pastes import PasteForm, preview_of
from planning.models import Scenario
from planning.services import pasting
from planning.views.loading import scenario_or_404
from planning.views.workbench import answer_change, refuse


@require_safe
@login_required
def paste_page(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Where rows of a spreadsheet are pasted without JavaScript."""
    found = scenario_or_404(request, pk)
    return _render(request, found, PasteForm(scenario=found, person=request.user))


@require_POST
@login_required
def preview_paste(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What the paste would make, and what does not fit; nothing is changed."""
    found = scenario_or_404(request, pk)
    return _render(request, found, PasteForm(request.POST, scenario=found, person=request.user))


@require_POST
@login_required
def paste(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Do what the preview showed."""
    found = scenario_or_404(request, pk)
    form = PasteForm(request.POST, scenario=found, person=request.user)
    if not form.is_valid():
        return refuse(request, found, form.sentence)
    return answer_change(
        request,
        found,
        lambda: pasting.paste(found, form.paste(), actor=request.user, count=form.count),
    )


def _render(request: PersonRequest, found: Scenario, form: PasteForm) -> HttpResponse:
    context = {"scenario": found, "form": form, "preview": preview_of(found, form)}
    return render_page(request, "planning/paste.html", context, partial="paste-preview")
