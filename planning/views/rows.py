"""Several rows or cells at once: each address is one change and one undo."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lineo.accounts.requests import PersonRequest
from planning import cells, selectors
from planning.row_forms import CellsForm, RowsForm
from planning.services import rows, tasks
from planning.views.loading import scenario_or_404
from planning.views.workbench import answer_change, refuse


@require_POST
@login_required
def insert_task(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Add a task above another."""
    found = scenario_or_404(request, pk)
    form = RowsForm({"tasks": request.POST.get("before", "")}, scenario=found)
    if not form.is_valid():
        return refuse(request, found, form.sentence)
    name = request.POST.get("name", "").strip()[:500] or _("New task")
    return answer_change(
        request,
        found,
        lambda: rows.insert_task(found, actor=request.user, before=form.keys[0], name=name),
    )


@require_POST
@login_required
def delete_tasks(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Delete tasks with what stands below them; undo brings them back."""
    found = scenario_or_404(request, pk)
    form = RowsForm(request.POST, scenario=found)
    if not form.is_valid():
        return refuse(request, found, form.sentence)
    return answer_change(
        request, found, lambda: tasks.delete_tasks(found, form.keys, actor=request.user)
    )


@require_POST
@login_required
def indent_tasks(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Put tasks under the one above them."""
    found = scenario_or_404(request, pk)
    form = RowsForm(request.POST, scenario=found)
    if not form.is_valid():
        return refuse(request, found, form.sentence)
    return answer_change(
        request, found, lambda: rows.indent_tasks(found, form.keys, actor=request.user)
    )


@require_POST
@login_required
def outdent_tasks(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Put tasks beside their summary."""
    found = scenario_or_404(request, pk)
    form = RowsForm(request.POST, scenario=found)
    if not form.is_valid():
        return refuse(request, found, form.sentence)
    return answer_change(
        request, found, lambda: rows.outdent_tasks(found, form.keys, actor=request.user)
    )


@require_POST
@login_required
def move_tasks(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Put tasks one place up or down."""
    found = scenario_or_404(request, pk)
    form = RowsForm(request.POST, scenario=found)
    if not form.is_valid():
        return refuse(request, found, form.sentence)
    if selectors.view_of(found, request.user).sort:
        return refuse(request, found, _("The rows are sorted; drop the sort to move them."))
    step = -1 if request.POST.get("step") == "-1" else 1
    return answer_change(
        request, found, lambda: rows.move_tasks(found, form.keys, step=step, actor=request.user)
    )


@require_POST
@login_required
def fill_down(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Give the tasks below what the first one holds in these columns."""
    found = scenario_or_404(request, pk)
    form = CellsForm(request.POST, scenario=found)
    if not form.is_valid():
        return refuse(request, found, form.sentence)
    return answer_change(
        request, found, lambda: cells.edit_cells(found, form.filled(), actor=request.user)
    )


@require_POST
@login_required
def set_cells(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Set one column of several tasks to one text."""
    found = scenario_or_404(request, pk)
    form = CellsForm(request.POST, scenario=found)
    if not form.is_valid():
        return refuse(request, found, form.sentence)
    text = request.POST.get("value", "")
    return answer_change(
        request, found, lambda: cells.edit_cells(found, form.all_as(text), actor=request.user)
    )
