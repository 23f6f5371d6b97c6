"""Compare scenarios: the page, and the job that simulates them where it must."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from lineo.jobs.keys import key_of
from lineo.jobs.models import Job, JobDetail, State
from planning.access import may_on
from planning.models import Project, Scenario
from planning.views.loading import project_or_404, sentences
from simulations.comparing.page import choosable, chosen_scenarios, compare_page
from simulations.comparing.reading import document_for, last_comparison
from simulations.comparing.services import LEAST_SCENARIOS, start_comparison


@require_safe
@login_required
def compare(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Which plan, by how much, how surely?"""
    project = project_or_404(request, pk)
    scenarios = chosen_scenarios(project, request.GET.getlist("scenario"))
    return render(request, "simulations/compare.html", _context(request, project, scenarios))


@require_POST
@login_required
def start(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Ask for the scenarios to be simulated in the same futures; a worker does it."""
    project = project_or_404(request, pk)
    scenarios = chosen_scenarios(project, request.POST.getlist("scenario"))
    sent = request.POST.get("idempotency_key", "")
    try:
        start_comparison(
            project,
            scenarios,
            actor=request.user,
            idempotency_key=_asked(sent, scenarios),
        )
    except ValidationError as error:
        messages.error(request, sentences(error))
        context = _context(request, project, scenarios)
        return render(request, "simulations/compare.html", context, status=422)
    return redirect(_address(project, scenarios))


def _context(request: PersonRequest, project: Project, scenarios: list[Scenario]) -> dict[str, Any]:
    is_enough = len(scenarios) >= LEAST_SCENARIOS
    document = document_for(project, scenarios) if is_enough else None
    context: dict[str, Any] = {
        "project": project,
        "chosen": scenarios,
        "choices": list(choosable(project)),
        "is_enough": is_enough,
        "address": _address(project, scenarios),
        "may_simulate": may_on(project, request.membership, Action.SIMULATE),
        "idempotency_key": _key(request, project, scenarios),
    }
    if document:
        context["page"] = compare_page(scenarios, document)
    elif is_enough:
        context["job"] = _job(project, scenarios)
    return context


def _asked(sent: str, scenarios: list[Scenario]) -> str:
    """Return the key that was sent, for the plans as they stand now."""
    return key_of(sent, *(part for one in scenarios for part in (one.pk, one.head))) if sent else ""


def _key(request: PersonRequest, project: Project, scenarios: list[Scenario]) -> str:
    last = last_comparison(project, scenarios) if scenarios else None
    heads = [one.head for one in scenarios]
    return key_of(request.user.pk, project.pk, *heads, last.pk if last else "")


def _job(project: Project, scenarios: list[Scenario]) -> dict[str, Any] | None:
    """Return how the job stands that was asked for last, None where there was none."""
    row = last_comparison(project, scenarios)
    job = Job.objects.filter(pk=str(row.job_id)).first() if row else None
    if job is None:
        return None
    failure = ""
    if job.state == State.FAILED:
        told = JobDetail.objects.values_list("error", flat=True).get(pk=job.pk)
        failure = told or job.get_failure_display()
    return {
        "is_active": job.is_active,
        "is_queued": job.state == State.QUEUED,
        "percent": int(job.progress * 100),
        "failure": failure,
    }


def _address(project: Project, scenarios: list[Scenario]) -> str:
    query = QueryDict(mutable=True)
    query.setlist("scenario", [str(one.pk) for one in scenarios])
    return f"{reverse('simulations:compare', args=[project.pk])}?{query.urlencode()}"
