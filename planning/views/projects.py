"""Projects: which promise is in danger, which plan to promise, and a new one."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from planning.access import may_on
from planning.forms.plans import CreateProjectForm
from planning.pages import overview, scenario_tree
from planning.services import projects as services
from planning.views.loading import project_or_404


@require_safe
@login_required
def projects(request: PersonRequest) -> HttpResponse:
    """Which promise is in danger today?"""
    rows = overview.project_rows(request.membership)
    context = {
        "rows": rows,
        "strip": overview.strip_of(rows),
        "danger": overview.most_in_danger(rows),
        "has_forecasts": any(row.p80 for row in rows),
        "may_create": may_on(None, request.membership, Action.CREATE_PROJECT),
    }
    return render(request, "planning/projects.html", context)


@require_safe
@login_required
def project(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Which plan should we promise?"""
    found = project_or_404(request, pk)
    rows = scenario_tree.scenario_rows(found, request.membership)
    live = [row for row in rows if not row.is_archived]
    context = {
        "project": found,
        "rows": live,
        "strip": scenario_tree.strip_of(live),
        "archived": [row for row in rows if row.is_archived],
        "baseline": next((row for row in live if row.is_baseline), None),
        "best": scenario_tree.surest(live),
    }
    return render(request, "planning/project.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create_project(request: PersonRequest) -> HttpResponse:
    """A project with an empty plan."""
    form = CreateProjectForm(request.POST or None, time_zone=request.user.time_zone)
    if form.is_bound and form.is_valid():
        try:
            made = services.create_project(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect(services.baseline_of(made))
    status = 422 if form.is_bound else 200
    return render(request, "planning/create_project.html", {"form": form}, status=status)
