"""Tasks: add, edit, order, link, delete; each change is one URL, POST only."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page, wants_partial
from lineo.numbers import number_or_none
from planning.core.editing import TaskEdit
from planning.errors import LostRaceError
from planning.forms.plans import AddTaskForm
from planning.forms.tasks import TaskForm
from planning.models import Task
from planning.pages.reasons import reasons_of
from planning.services import tasks
from planning.services.commit import Expected
from planning.table.cell_values import cell_value
from planning.typed import cells, task_links
from planning.views.loading import (
    may_edit,
    scenario_or_404,
    status_of,
    task_or_404,
)
from planning.views.workbench import answer_cell, answer_change, refuse, refuse_cell
from planning.work.typed import FIELDS as WORK_FIELDS


@require_POST
@login_required
def add_task(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Add a task at the end of the plan, or below the one named."""
    scenario = scenario_or_404(request, pk)
    form = AddTaskForm(request.POST, scenario=scenario)
    if not form.is_valid():
        return refuse(request, scenario, _first_error(form))
    name, after = form.cleaned_data["name"], form.cleaned_data["after"]

    def change() -> Task:
        return tasks.add_task(
            scenario,
            actor=request.user,
            name=name,
            after=task_links.key_of(scenario, after),
            **form.cleaned_data["duration"],
        )

    return answer_change(request, scenario, change, said=_("Added “%(name)s”") % {"name": name})


@require_safe
@login_required
def task(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Everything that is known of one task, and why its dates are what they are."""
    found = task_or_404(request, pk)
    return _render_task(request, found, TaskForm.showing(found))


@require_POST
@login_required
def edit_task(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Change whatever differs from what the form showed, as one change."""
    found = task_or_404(request, pk)
    form = TaskForm.showing(found, request.POST)
    if not form.is_valid():
        return _render_task(request, found, form, status=422)
    try:
        _edit(request, found, form)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _render_task(request, found, form, status=status_of(error))
    said = _("Saved “%(name)s”.") % {"name": form.cleaned_data["name"]}
    if not wants_partial(request):
        messages.success(request, said)
        return redirect(found.scenario)
    fresh = task_or_404(request, pk)
    response = _render_task(request, fresh, TaskForm.showing(fresh))
    trigger_client_event(response, "task-saved", {})
    trigger_client_event(response, "plan-changed", {"text": said})
    return trigger_client_event(response, "toast", {"text": said})


@require_POST
@login_required
def edit_cell(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Change one field in the table.

    Somebody else's edit of another field of the same task is no conflict: what counts is
    whether the cell still holds what the person saw in it (``before``).
    """
    found = task_or_404(request, pk)
    field, typed = request.POST.get("field", ""), request.POST.get("value", "")
    try:
        seen = number_or_none(request.POST, "version")
        if seen is None or request.POST.get("before") == cell_value(found, field):
            seen = found.version
        expected = [Expected("tasks", found.key, seen)]
        if field in WORK_FIELDS and request.POST.get("before") not in (
            None,
            cell_value(found, field),
        ):
            raise LostRaceError(_("Somebody has changed this meanwhile."))
        done = cells.edit_cell(found, field, typed, actor=request.user, expected=expected)
    except ValidationError as error:
        return refuse_cell(request, found, field, error)
    return answer_cell(request, found, field, done)


@require_POST
@login_required
def indent_task(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Put the task under the one above it."""
    found = task_or_404(request, pk)
    plan = found.scenario
    return answer_change(
        request, plan, lambda: tasks.indent_task(plan, found.key, actor=request.user)
    )


@require_POST
@login_required
def outdent_task(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Put the task beside its summary."""
    found = task_or_404(request, pk)
    plan = found.scenario
    return answer_change(
        request, plan, lambda: tasks.outdent_task(plan, found.key, actor=request.user)
    )


@require_POST
@login_required
def delete_task(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Delete the task with what stands below it; undo brings it back."""
    found = task_or_404(request, pk)
    plan = found.scenario
    return answer_change(
        request, plan, lambda: tasks.delete_tasks(plan, [found.key], actor=request.user)
    )


@require_safe
@login_required
def why(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Why the task stands where it does: what drives it, and what it may not pass."""
    found = task_or_404(request, pk)
    context = {"scenario": found.scenario, "task": found, "reasons": reasons_of(found)}
    return render_page(request, "planning/why.html", context, partial="why-list")


def _edit(request: PersonRequest, found: Task, form: TaskForm) -> None:
    links = TaskEdit()
    if "predecessors" in form.changed_data:
        links = task_links.read(found, form.cleaned_data["predecessors"])
    tasks.edit_task(
        found.scenario,
        found.key,
        actor=request.user,
        expected=[Expected("tasks", found.key, form.cleaned_data["version"])],
        predecessors=links.predecessors,
        **links.fields,
        **form.changed_fields(),
    )


def _render_task(
    request: PersonRequest, found: Task, form: TaskForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "scenario": found.scenario,
        "task": found,
        "form": form,
        "reasons": reasons_of(found),
        "may_edit": may_edit(request, found.scenario),
    }
    return render_page(request, "planning/task.html", context, partial="task-body", status=status)


def _first_error(form: Any) -> str:
    return str(next(iter(form.errors.values()))[0])
