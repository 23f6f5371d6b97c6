"""Work beside the plan on pages: a task's panel, the groups, and the cycles."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lineo.accounts.models import Membership
from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page, wants_partial
from planning import veil
from planning.access import may_on
from planning.models import Cycle, Project, Task
from planning.views.loading import (
    may_edit,
    project_or_404,
    scenario_or_404,
    status_of,
    task_or_404,
)
from planning.work import board, facts, selectors, services
from planning.work.forms import CycleForm, RelationForm, WorkForm
from planning.work.labels import labels_of


@require_safe
@login_required
def work(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Who does a task, how urgent it is, its labels, its cycle, and what belongs to it."""
    return _show(request, _task_or_404(request, pk))


@require_POST
@login_required
def set_work(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Say it."""
    task = _task_or_404(request, pk)
    form = WorkForm(request.POST, project=task.scenario.project)
    if not form.is_valid():
        return _show(request, task, form=form, status=422)
    given = dict(form.cleaned_data)
    try:
        services.set_work(task, actor=request.user, seen=given.pop("version"), **given)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _show(request, task, form=form, status=status_of(error))
    return _done(request, task)


@require_POST
@login_required
def relate(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Say that another task belongs to it."""
    task = _task_or_404(request, pk)
    form = RelationForm(request.POST, scenario=task.scenario)
    if not form.is_valid():
        return _show(request, task, relation_form=form, status=422)
    try:
        other, kind = form.cleaned_data["number"], form.cleaned_data["kind"]
        services.relate_tasks(task, other, kind=kind, actor=request.user)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _show(request, task, relation_form=form, status=status_of(error))
    return _done(request, task)


@require_POST
@login_required
def unrelate(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Take a relation away, in the panel of the task that is named."""
    task = _task_or_404(request, pk)
    wanted = request.POST.get("relation", "")
    relation = next((row for row in selectors.relations_of(task) if str(row.pk) == wanted), None)
    if relation is None:
        messages.error(request, _("This relation is gone already."))
        return _show(request, task, status=422)
    services.unrelate_tasks(relation, actor=request.user)
    return _done(request, task)


@require_safe
@login_required
def groups(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What can go on now, and whose is it?"""
    scenario = scenario_or_404(request, pk)
    by = _one_of(board.GROUPINGS, request.GET.get("by"), "assignee")
    show = _one_of(board.SHOWN, request.GET.get("show"), "unblocked")
    is_mine = request.GET.get("mine") == "1"
    text = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    found = board.board_of(
        scenario,
        by=by,
        show=show,
        today=timezone.localdate(),
        mine=request.user.pk if is_mine else None,
        text=text,
    )
    context = {
        "scenario": scenario,
        "board": found,
        "by": by,
        "show": show,
        "is_mine": is_mine,
        "q": text,
        "groupings": board.GROUPINGS.items(),
        "shown": board.SHOWN.items(),
    }
    return render(request, "planning/work_groups.html", context)


@require_safe
@login_required
def person_work(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What has this person to do, in the plans that are promised?"""
    memberships = Membership.objects.filter(workspace=request.workspace, person=pk)
    found = get_object_or_404(memberships.select_related("person"))
    is_me = found.person_id == request.user.pk
    if not is_me and not may_on(None, request.membership, Action.READ):
        raise Http404(_("There is nothing here."))
    groups = board.work_of_person(request.membership, found.person, today=timezone.localdate())
    context = {
        "person": found.person,
        "is_me": is_me,
        "groups": groups,
        "total": sum(len(group.rows) for group in groups),
    }
    return render(request, "planning/person_work.html", context)


@require_safe
@login_required
def cycles(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The time boxes of a project."""
    return _show_cycles(request, project_or_404(request, pk), CycleForm())


@require_POST
@login_required
def add_cycle(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Make a time box."""
    project = project_or_404(request, pk)
    form = CycleForm(request.POST, instance=Cycle(project=project))
    if form.is_valid():
        try:
            services.create_cycle(project, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("planning:cycles", pk)
    return _show_cycles(request, project, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cycle(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Rename a time box, or give it other days."""
    found = get_object_or_404(selectors.cycles_for(request.membership), pk=pk)
    form = CycleForm(request.POST or None, instance=found)
    if form.is_bound and form.is_valid():
        try:
            services.change_cycle(found, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("planning:cycles", found.project_id)
    context = {
        "cycle": found,
        "project": found.project,
        "form": form,
        "may_edit": may_on(found.project, request.membership, Action.EDIT),
    }
    status = 422 if form.is_bound else 200
    return render(request, "planning/cycle.html", context, status=status)


@require_POST
@login_required
def delete_cycle(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Delete a time box; its tasks stay."""
    found = get_object_or_404(selectors.cycles_for(request.membership), pk=pk)
    services.delete_cycle(found, actor=request.user)
    messages.success(request, _("Deleted the cycle “%(name)s”.") % {"name": found.name})
    return redirect("planning:cycles", found.project_id)


def _show_cycles(
    request: PersonRequest, project: Project, form: CycleForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "project": project,
        "cycles": selectors.cycles_for(request.membership).filter(project=project),
        "today": timezone.localdate(),
        "form": form,
        "may_edit": may_on(project, request.membership, Action.EDIT),
    }
    return render(request, "planning/cycles.html", context, status=status)


def _task_or_404(request: PersonRequest, pk: UUID) -> Task:
    if pk in veil.hidden_ids():
        raise Http404(_("There is nothing here."))
    return task_or_404(request, pk)


def _one_of(known: Any, value: str | None, otherwise: str) -> str:
    return value if value is not None and value in known else otherwise


def _done(request: PersonRequest, task: Task) -> HttpResponse:
    return _show(request, task) if wants_partial(request) else redirect("planning:work", task.pk)


def _show(
    request: PersonRequest,
    task: Task,
    *,
    form: WorkForm | None = None,
    relation_form: RelationForm | None = None,
    status: int = 200,
) -> HttpResponse:
    project = task.scenario.project
    known = facts.work_of(project.pk, task.key)
    context = {
        "task": task,
        "scenario": task.scenario,
        "work": known,
        "form": form or WorkForm.showing(known, project),
        "relation_form": relation_form or RelationForm(scenario=task.scenario),
        "related": selectors.related_to(task, request.membership),
        "known_labels": labels_of(project),
        "may_edit": may_edit(request, task.scenario),
    }
    return render_page(request, "planning/work.html", context, partial="work", status=status)
