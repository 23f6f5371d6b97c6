"""Why did the date move? The page, the job behind it, and the update drafted from it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from lineo.jobs.models import Job, JobDetail, State
from planning import veil
from planning.access import may_on
from planning.models import ForecastRecord, Project
from planning.services.updates import post_update
from planning.views.loading import project_or_404, sentences
from simulations.explaining.models import Movement
from simulations.explaining.page import forecasts_of_project, moved_page
from simulations.explaining.services import explain_movement

Pair = tuple[ForecastRecord, ForecastRecord]


@require_safe
@login_required
def why_moved(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Between two forecasts: what moved P80, in parts that sum to the whole."""
    project = project_or_404(request, pk)
    return render(request, "simulations/why_moved.html", _context(request, project, request.GET))


@require_POST
@login_required
def explain(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Ask a worker to try every mixture of the causes."""
    project = project_or_404(request, pk)
    pair = _pair(forecasts_of_project(project), request.POST)
    try:
        if pair is None:
            raise ValidationError(_("Choose two forecasts."))
        explain_movement(project, *pair, actor=request.user)
    except ValidationError as error:
        messages.error(request, sentences(error))
        context = _context(request, project, request.POST)
        return render(request, "simulations/why_moved.html", context, status=422)
    return redirect(_address(project, pair))


@require_POST
@login_required
def post_narrative(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Post the paragraph as an update, as the person has edited it."""
    project = project_or_404(request, pk)
    try:
        post_update(
            project,
            author=request.user,
            title=request.POST.get("title", "")[:200],
            body=request.POST.get("body", "")[:20_000],
        )
    except ValidationError as error:
        messages.error(request, sentences(error))
        context = _context(request, project, request.POST)
        return render(request, "simulations/why_moved.html", context, status=422)
    messages.success(request, _("The update is posted."))
    return redirect("talk:timeline", project.pk)


def _context(request: PersonRequest, project: Project, data: QueryDict) -> dict[str, Any]:
    veil.refuse(project.pk)
    records = forecasts_of_project(project)
    pair = _pair(records, data)
    context: dict[str, Any] = {
        "project": project,
        "records": records,
        "pair": pair,
        "may_simulate": may_on(project, request.membership, Action.SIMULATE),
        "may_post": may_on(project, request.membership, Action.COMMENT),
    }
    if pair:
        movement = Movement.objects.filter(first=pair[0], second=pair[1]).first()
        context["address"] = _address(project, pair)
        context["page"] = moved_page(movement) if movement else None
        context |= _job(movement) if movement else {}
    return context


def _pair(records: list[ForecastRecord], data: QueryDict) -> Pair | None:
    """Return the two forecasts that are named, else those that ask themselves.

    These are the last two of the newest one's scenario, else the baseline's last and the newest
    of another.
    """
    known = {str(record.pk): record for record in records}
    first, second = known.get(data.get("from", "")), known.get(data.get("to", ""))
    if first and second:
        return first, second
    if not records or data.get("from") or data.get("to"):
        return None
    same = [record for record in records if record.scenario_id == records[0].scenario_id]
    if len(same) > 1:
        return same[1], same[0]
    ours = next((record for record in records if record.scenario.is_baseline), None)
    other = next((record for record in records if not record.scenario.is_baseline), None)
    return (ours, other) if ours and other else None


def _job(movement: Movement) -> dict[str, Any]:
    job = Job.objects.filter(pk=str(movement.job_id)).first()
    if job is None:
        return {}
    failure = ""
    if job.state == State.FAILED:
        told = JobDetail.objects.values_list("error", flat=True).get(pk=job.pk)
        failure = told or job.get_failure_display()
    return {"job": job, "percent": int(job.progress * 100), "failure": failure}


def _address(project: Project, pair: Pair) -> str:
    query = QueryDict(mutable=True)
    query.update({"from": str(pair[0].pk), "to": str(pair[1].pk)})
    return f"{reverse('simulations:why-moved', args=[project.pk])}?{query.urlencode()}"
