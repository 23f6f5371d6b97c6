"""The labels of a project on pages."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from planning.access import may_on
from planning.views.loading import project_or_404, sentences, status_of
from planning.work import labels as services
from planning.work.forms import LabelForm


@require_safe
@login_required
def labels(request: PersonRequest, pk: UUID) -> HttpResponse:
    """The labels of a project, and how many tasks have each."""
    project = project_or_404(request, pk)
    counts = services.counts_of(project)
    rows = [(label, counts.get(label.pk, 0)) for label in services.labels_of(project)]
    return render(request, "planning/labels.html", {"project": project, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def label(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Rename a label, or give it another colour."""
    found = get_object_or_404(services.labels_for(request.membership), pk=pk)
    form = LabelForm.of(found, request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        seen = given.pop("version")
        try:
            services.change_label(found, actor=request.user, seen=seen, **given)
        except ValidationError as error:
            form.add_error(None, error.messages)
            status = status_of(error)
        else:
            return redirect("planning:labels", found.project_id)
    context = {
        "label": found,
        "project": found.project,
        "form": form,
        "may_edit": may_on(found.project, request.membership, Action.EDIT),
    }
    return render(request, "planning/label.html", context, status=status)


@require_POST
@login_required
def delete_label(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Delete a label; its tasks stay."""
    found = get_object_or_404(services.labels_for(request.membership), pk=pk)
    try:
        services.delete_label(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, sentences(error))
    else:
        messages.success(request, _("Deleted the label “%(name)s”.") % {"name": found.name})
    return redirect("planning:labels", found.project_id)
