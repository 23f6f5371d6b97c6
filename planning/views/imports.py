"""A file becomes a plan: upload, watch the job, read what could not be kept."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page
from lineo.jobs.models import Job
from planning.forms.plans import ImportForm
from planning.pages import import_report as reports
from planning.services.imports import start_import


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_plan(request: PersonRequest) -> HttpResponse:
    """Take a file of another tool; a job reads it."""
    form = ImportForm(request.POST or None, request.FILES or None, initial={"once": uuid4()})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = start_import(
                name=file.name,
                data=file.read(),
                actor=request.user,
                idempotency_key=form.cleaned_data["once"],
            )
        except ValidationError as error:
            form.add_error("file", error.messages)
        else:
            return redirect("planning:import-report", job.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "planning/import_plan.html", {"form": form}, status=status)


@require_safe
@login_required
def import_report(request: PersonRequest, pk: UUID) -> HttpResponse:
    """How far the import is; then what it made, and what it could not keep."""
    job = get_object_or_404(Job.objects.filter(kind="import", person=request.user), pk=pk)
    context = {"job": job, "report": reports.report_of(job, request.membership)}
    return render_page(request, "planning/import_report.html", context, partial="import-state")
