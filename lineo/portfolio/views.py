"""The portfolio: which promise is in danger, what waits for what, and what was aimed at."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lineo.accounts.happened import tell
from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from lineo.jobs.keys import key_of
from lineo.portfolio import arranging, pictures, selectors, services
from lineo.portfolio.arranging import Arrangement
from lineo.portfolio.forms import GoalForm
from lineo.portfolio.goal_rows import rows_of
from lineo.portfolio.models import Goal
from lineo.portfolio.page import joint_state, portfolio_for
from planning import others
from planning import selectors as planning
from planning.access import demand_on, may_on
from planning.models import Project
from planning.views.loading import project_or_404, sentences, status_of
from simulations.pictures.typesetting import png_of


@require_safe
@login_required
def portfolio(request: PersonRequest) -> HttpResponse:
    """Which promise is in danger, across all projects?"""
    arrangement = Arrangement.read(request.GET)
    page = portfolio_for(request.membership, arrangement)
    joint = joint_state(request.membership)
    context = {
        "page": page,
        "arrangement": arrangement,
        "choices": arranging,
        "joint": joint,
        "may_simulate": may_on(None, request.membership, Action.SIMULATE),
        "may_edit": may_on(None, request.membership, Action.EDIT),
        "may_export": page.may_be(Action.EXPORT, request.membership),
        "idempotency_key": key_of(request.user.pk, joint["row"].pk if joint else ""),
    }
    return render(request, "portfolio/portfolio.html", context)


@require_safe
@login_required
def picture(request: PersonRequest, suffix: str) -> HttpResponse:
    """The lanes as a file, arranged as the page: ``lanes-svg`` or ``lanes-png``.

    It holds the plans that may be exported; whoever has none of them may not take it out.
    """
    if suffix not in ("lanes-svg", "lanes-png"):
        raise Http404
    arrangement = Arrangement.read(request.GET)
    page = portfolio_for(request.membership, arrangement, action=Action.EXPORT)
    if not page.lanes:
        demand_on(None, request.user, Action.EXPORT)
    svg = pictures.lanes(page)
    kind = suffix.removeprefix("lanes-")
    tell(
        "portfolio.exported",
        workspace=request.workspace,
        actor=request.user,
        subject=request.workspace,
        after=f"lanes.{kind}",
    )
    return HttpResponse(
        svg.encode() if kind == "svg" else png_of(svg),
        content_type="image/svg+xml" if kind == "svg" else "image/png",
        headers={"Content-Disposition": f'attachment; filename="portfolio.{kind}"'},
    )


@require_POST
@login_required
def draw_jointly(request: PersonRequest) -> HttpResponse:
    """Ask for the projects that wait for one another to be drawn in the same futures."""
    try:
        services.draw_jointly(actor=request.user, idempotency_key=_asked(request))
    except ValidationError as error:
        messages.error(request, sentences(error))
    return redirect("portfolio:portfolio")


def _asked(request: PersonRequest) -> str:
    """Return the key that was sent, for the plans as they stand now."""
    sent = request.POST.get("idempotency_key", "")
    return key_of(sent, *selectors.heads_for(request.membership)) if sent else ""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def shown_scenario(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Choose which scenario a project shows to the portfolio and to who waits for it."""
    project = project_or_404(request, pk)
    choices = planning.scenarios_of(project).filter(archived_at__isnull=True)
    status = 200
    if request.method == "POST":
        chosen = get_object_or_404(choices, pk=_uuid(request.POST.get("scenario")))
        try:
            services.choose_scenario(project, chosen, actor=request.user)
        except ValidationError as error:
            messages.error(request, sentences(error))
            status = 422
        else:
            said = _("The portfolio shows “%(name)s” of “%(project)s”.")
            messages.success(request, said % {"name": chosen.name, "project": project.name})
            return redirect("portfolio:portfolio")
    context = {
        "project": project,
        "choices": choices,
        "shown": others.shown_of(project),
        "may_edit": may_on(project, request.membership, Action.EDIT),
    }
    return render(request, "portfolio/shown_scenario.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add_goal(request: PersonRequest, pk: UUID) -> HttpResponse:
    """A new goal of a project."""
    project = project_or_404(request, pk)
    form = GoalForm(request.POST or None, project=project, membership=request.membership)
    if form.is_bound and form.is_valid():
        try:
            made = services.add_goal(project, actor=request.user, **form.fields_of_goal())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Set the goal “%(name)s”.") % {"name": made.name})
            return redirect("portfolio:portfolio")
    return _render_goal(request, form, project, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def goal(request: PersonRequest, pk: UUID) -> HttpResponse:
    """One goal: how sure it is, how that has moved, and what it is."""
    found = get_object_or_404(selectors.goals_for(request.membership), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = GoalForm.of(found, data, membership=request.membership)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            services.edit_goal(
                found,
                actor=request.user,
                expected_version=form.cleaned_data["version"],
                **form.fields_of_goal(),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
            status = status_of(error)
        else:
            messages.success(request, _("Saved “%(name)s”.") % {"name": found.name})
            return redirect(found)
    return _render_goal(request, form, found.project, goal=found, status=status)


@require_POST
@login_required
def delete_goal(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Take a goal away."""
    found = get_object_or_404(selectors.goals_for(request.membership), pk=pk)
    services.delete_goal(found, actor=request.user)
    messages.success(request, _("Deleted the goal “%(name)s”.") % {"name": found.name})
    return redirect("portfolio:portfolio")


def _render_goal(
    request: PersonRequest,
    form: GoalForm,
    project: Project,
    *,
    goal: Goal | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "project": project,
        "goal": goal,
        "row": rows_of([goal])[0] if goal else None,
        "may_edit": may_on(project, request.membership, Action.EDIT),
    }
    return render(request, "portfolio/goal.html", context, status=status)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
