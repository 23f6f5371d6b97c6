"""How a job stands, and breaking it off."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.requests import PersonRequest
from lineo.htmx import render_page, wants_partial
from lineo.jobs import selectors, services
from lineo.jobs.models import Job

_EAGER_SECONDS = 3


@require_safe
@login_required
@never_cache
def job(request: PersonRequest, job_id: UUID) -> HttpResponse:
    return _show(request, _job_or_404(request, job_id))


@require_POST
@login_required
def cancel_job(request: PersonRequest, job_id: UUID) -> HttpResponse:
    found = _job_or_404(request, job_id)
    if found.is_active:
        if not selectors.may_cancel(request.membership, found):
            raise PermissionDenied(_("Only who asked for a job, or an admin, can cancel it."))
        services.cancel_as(request.user, found)
    if not wants_partial(request):
        return redirect("jobs:job", found.pk)
    found.refresh_from_db()
    return _show(request, found)


def _show(request: PersonRequest, found: Job) -> HttpResponse:
    context = {
        "job": found,
        "percent": round(100 * found.progress),
        "reason": selectors.reason_for(request.membership, found),
        "may_cancel": selectors.may_cancel(request.membership, found),
        "poll_every": _poll_every(found),
        "is_partial": wants_partial(request),
    }
    response = render_page(request, "jobs/job.html", context, partial="job-state")
    if not found.is_active:
        # What shows the job's outcome on the same page listens for this.
        response["HX-Trigger-After-Swap"] = "job-ended"
    return response


def _poll_every(found: Job) -> str:
    """Return how often to ask: eagerly at first, when most jobs end."""
    age = timezone.now() - found.created_at
    return "250ms" if age.total_seconds() < _EAGER_SECONDS else "1s"


def _job_or_404(request: PersonRequest, job_id: UUID) -> Job:
    found = selectors.job_for(request.membership, job_id)
    if found is None:
        raise Http404
    return found
