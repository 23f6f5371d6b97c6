"""A plan as a file for other tools."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lineo.accounts.happened import tell
from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from lineo.attachments import saved_as
from planning import snapshot
from planning.access import may_on
from planning.interchange.writing import FORMATS, write_plan
from planning.services.exports import CONTENT_TYPES, name_of
from planning.views.loading import scenario_or_404


@require_safe
@login_required
def export_plan(request: PersonRequest, pk: UUID, suffix: str) -> HttpResponse:
    """The plan as an attachment in the format of ``suffix``."""
    scenario = scenario_or_404(request, pk)
    if suffix not in FORMATS:
        raise Http404
    if not may_on(scenario, request.membership, Action.EXPORT):
        raise PermissionDenied(_("Your role in this workspace doesn't let you export plans."))
    written = write_plan(snapshot.shown_plan_of(scenario), suffix)
    tell(
        "plan.exported",
        workspace=request.workspace,
        actor=request.user,
        subject=scenario,
        after=suffix,
    )
    return HttpResponse(
        written.data,
        content_type=CONTENT_TYPES[suffix],
        headers=saved_as(f"{name_of(scenario)}.{suffix}"),
    )
