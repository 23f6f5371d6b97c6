"""Several rows or cells at once: each address is one change and one undo."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page
from planning import selectors
from planning.forms.rows import CellsForm, RowForm, RowsForm
from planning.forms.together import TogetherForm
from planning.models import Scenario
from planning.services import rows, tasks
from planning.typed import cells
from planning.views.loading import may_edit, scenario_or_404, status_of
from planning.views.workbench import answer_change, change_or_raise, refuse

Chosen = TypeVar("Chosen", bound=RowsForm)


@require_POST
@login_required
def insert_task(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Add a task above another."""
    name = request.POST.get("name", "").strip()[:500] or _("New task")
    return _change(
        request,
        pk,
        RowForm,
        lambda plan, form: rows.insert_task(
            plan, actor=request.user, before=form.keys[0], name=name
        ),
    )


@require_POST
@login_required
def delete_tasks(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Delete tasks with what stands below them; undo brings them back."""
    return _change(
        request,
        pk,
        RowsForm,
        lambda plan, form: tasks.delete_tasks(plan, form.keys, actor=request.user),
    )


@require_POST
@login_required
def indent_tasks(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Put tasks under the one above them."""
    return _change(
        request,
        pk,
        RowsForm,
        lambda plan, form: rows.indent_tasks(plan, form.keys, actor=request.user),
    )


@require_POST
@login_required
def outdent_tasks(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Put tasks beside their summary."""
    return _change(
        request,
        pk,
        RowsForm,
        lambda plan, form: rows.outdent_tasks(plan, form.keys, actor=request.user),
    )


@require_POST
@login_required
def move_tasks(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Put tasks one place up or down."""
    step = -1 if request.POST.get("step") == "-1" else 1

    def move(plan: Scenario, form: RowsForm) -> Any:
        if selectors.view_of(plan, request.user).sort:
            raise ValidationError(_("The rows are sorted; drop the sort to move them."))
        return rows.move_tasks(plan, form.keys, step=step, actor=request.user)

    return _change(request, pk, RowsForm, move)


@require_POST
@login_required
def fill_down(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Give the tasks below what the first one holds in these columns."""
    return _change(
        request,
        pk,
        CellsForm,
        lambda plan, form: cells.edit_cells(plan, form.filled(), actor=request.user),
    )


@require_POST
@login_required
def set_cells(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Set one column of several tasks to one text."""
    text = request.POST.get("value", "")
    return _change(
        request,
        pk,
        CellsForm,
        lambda plan, form: cells.edit_cells(plan, form.all_as(text), actor=request.user),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_together(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Give several tasks the same calendar, level of risk, people, labels …"""
    found = scenario_or_404(request, pk)
    if request.method != "POST":
        return _together(request, found, TogetherForm(None, scenario=found))
    form = TogetherForm(request.POST, scenario=found)
    if not form.is_valid():
        return _together(request, found, form, status=422)
    try:
        return change_or_raise(
            request,
            found,
            lambda: cells.edit_together(
                found, form.keys, cells=form.cells, teamwork=form.teamwork, actor=request.user
            ),
            said=ngettext("Changed %(count)d task", "Changed %(count)d tasks", len(form.keys))
            % {"count": len(form.keys)},
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _together(request, found, form, status=status_of(error))


def _together(
    request: PersonRequest, scenario: Scenario, form: TogetherForm, *, status: int = 200
) -> HttpResponse:
    context = {"scenario": scenario, "form": form, "may_edit": may_edit(request, scenario)}
    response = render_page(
        request, "planning/together.html", context, partial="edit-together", status=status
    )
    # What is wrong is said in the dialog, which stays open with what was chosen.
    return response if status == 200 else reswap(retarget(response, "#dialog-content"), "innerHTML")


def _change(
    request: PersonRequest,
    pk: UUID,
    choosing: type[Chosen],
    change: Callable[[Scenario, Chosen], Any],
) -> HttpResponse:
    """Carry out a change of the rows or cells that were sent, or say what is wrong with them."""
    found = scenario_or_404(request, pk)
    form = choosing(request.POST, scenario=found)
    if not form.is_valid():
        return refuse(request, found, form.sentence)
    return answer_change(request, found, lambda: change(found, form))
