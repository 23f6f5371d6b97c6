"""One scenario: its workbench and its settings."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lineo.accounts.requests import PersonRequest
from lineo.numbers import whole_number
from planning.forms.settings import PlanSettingsForm
from planning.services import history, plans, views
from planning.views.loading import (
    may_edit,
    scenario_or_404,
    status_of,
)
from planning.views.workbench import (
    answer_change,
    render_bar,
    render_view,
    render_workbench,
    view_context,
    workbench_of,
)


@require_safe
@login_required
def scenario(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The workbench: what the plan is, and what a change does to it."""
    found = scenario_or_404(request, pk)
    places = {
        name: number
        for name in ("first", "task")
        if (number := whole_number(request.GET.get(name, ""))) is not None
    }
    return render_workbench(request, found, **places)


@require_safe
@login_required
def scenario_rows(request: PersonRequest, pk: UUID, first: int) -> HttpResponse:
    """One window of rows, fetched as it scrolls into sight."""
    found = scenario_or_404(request, pk)
    workbench = workbench_of(request, found)
    if first >= workbench.total:
        raise Http404
    context = {"scenario": found, "window": workbench.window(first), **view_context(workbench)}
    return render(request, "planning/_window.html", context)


@require_safe
@login_required
def row_order(request: PersonRequest, pk: UUID) -> JsonResponse:
    """The tasks of all rows as this person sees them, also of those yet to be fetched."""
    workbench = workbench_of(request, scenario_or_404(request, pk))
    return JsonResponse({"tasks": [row.id for row in workbench.outlines]})


@require_safe
@login_required
def workbench_bar(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The bar above the table and the rulers, fetched anew when others have changed the plan."""
    return render_bar(request, scenario_or_404(request, pk), has_moved=True)


@require_POST
@login_required
def set_zoom(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Remember how wide a day shall be drawn."""
    found = scenario_or_404(request, pk)
    views.change_view(found, actor=request.user, zoom=request.POST.get("zoom", ""))
    return render_view(request, found)


@require_POST
@login_required
def set_look(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Remember what the bars shall show: the plan, uncertainty or criticality."""
    found = scenario_or_404(request, pk)
    views.change_view(found, actor=request.user, look=request.POST.get("look", ""))
    return render_view(request, found)


@require_POST
@login_required
def undo(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Take back this person's last change."""
    found = scenario_or_404(request, pk)
    return answer_change(request, found, lambda: history.undo(found, actor=request.user))


@require_POST
@login_required
def redo(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Do again what undo took back."""
    found = scenario_or_404(request, pk)
    return answer_change(request, found, lambda: history.redo(found, actor=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def plan_settings(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What holds for the whole plan: start, target, data date, calendar."""
    found = scenario_or_404(request, pk)
    form = PlanSettingsForm(request.POST or None, scenario=found)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            plans.edit_settings(found, actor=request.user, **form.changed_fields())
        except ValidationError as error:
            form.add_error(None, error.messages)
            status = status_of(error)
        else:
            messages.success(request, _("The plan settings are saved."))
            return redirect("planning:plan-settings", found.pk)
    context = {"scenario": found, "form": form, "may_edit": may_edit(request, found)}
    return render(request, "planning/settings.html", context, status=status)
