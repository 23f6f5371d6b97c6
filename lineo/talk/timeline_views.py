"""The project's timeline, and the updates that people write on it."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from lineo.talk.forms import UpdateForm
from lineo.talk.timeline import KINDS, timeline_of
from planning.access import may_on
from planning.api import reads
from planning.models import Project
from planning.services import updates as services
from planning.views.loading import project_or_404, status_of


@require_safe
@login_required
def timeline(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What happened, and what does it mean?"""
    project = project_or_404(request, pk)
    return _show(request, project, UpdateForm(project=project, who=request.membership))


@require_POST
@login_required
def post_update(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Say in words where the project stands; the forecast of the moment stays beside it."""
    project = project_or_404(request, pk)
    form = UpdateForm(request.POST, project=project, who=request.membership)
    if not form.is_valid():
        return _show(request, project, form, status=422)
    try:
        services.post_update(project, author=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _show(request, project, form, status=status_of(error))
    messages.success(request, _("The update is posted."))
    return redirect("talk:timeline", pk)


def _show(
    request: PersonRequest, project: Project, form: UpdateForm, *, status: int = 200
) -> HttpResponse:
    only = request.GET.get("only", "")
    only = only if only in KINDS else ""
    who = request.membership
    context = {
        "project": project,
        "page": timeline_of(project, who, only=only, before=_moment(request.GET.get("before"))),
        "latest": reads.updates(who).filter(project=project).order_by("-created_at").first(),
        "kinds": KINDS.items(),
        "only": only,
        "form": form,
        "may_post": may_on(project, who, Action.COMMENT),
    }
    return render(request, "talk/timeline.html", context, status=status)


def _moment(text: str | None) -> datetime | None:
    try:
        found = parse_datetime(text or "")
    except ValueError:
        return None
    return found if found is None or is_aware(found) else None
