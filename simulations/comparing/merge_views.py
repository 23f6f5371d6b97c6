"""What a merge would do to P80, under the choices of the merge page."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.requests import PersonRequest
from lineo.jobs.models import Job, JobDetail, State
from planning import selectors
from planning.pages.merging import choice_from
from planning.services.merging import propose
from planning.views.loading import scenario_or_404
from simulations.comparing.services import FORECAST_MERGE, forecast_merge


@require_POST
@login_required
def start(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Ask for it; a worker does it, and the page asks again until it is there."""
    ours = scenario_or_404(request, pk)
    others = selectors.scenarios_for(request.membership).filter(project=ours.project_id)
    try:
        theirs = get_object_or_404(others, pk=UUID(request.POST.get("from", "")))
    except ValueError:
        raise Http404 from None
    try:
        choice = choice_from(request.POST, propose(ours, theirs))
        job = forecast_merge(ours, theirs, choice, actor=request.user)
    except ValidationError:
        return HttpResponse(status=422)
    return render(request, "simulations/_merge_forecast.html", {"job": job})


@require_safe
@login_required
def merge_forecast(request: PersonRequest, pk: UUID) -> HttpResponse:
    """How far it is, or what it found; only for who asked."""
    jobs = Job.objects.filter(function=FORECAST_MERGE, person=request.user)
    job = get_object_or_404(jobs, pk=pk)
    context: dict[str, Any] = {"job": job}
    if job.state == State.DONE:
        found: dict[str, Any] = JobDetail.objects.get(pk=job.pk).result or {}
        context["found"] = {
            **found,
            "now": _date(found["now"]),
            "then": _date(found["then"]),
            "noise_days": (found["interval"][1] - found["interval"][0]) / 2,
            "conflicts": [[_date(side) for side in sides] for sides in found["conflicts"]],
        }
    elif job.state == State.FAILED:
        told = JobDetail.objects.values_list("error", flat=True).get(pk=job.pk)
        context["failure"] = told or job.get_failure_display()
    return render(request, "simulations/_merge_forecast.html", context)


def _date(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
