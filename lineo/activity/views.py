"""The audit trail: to read, to search, to take along."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lineo.accounts.happened import tell
from lineo.accounts.requests import PersonRequest
from lineo.activity import trail, trail_files
from lineo.activity.forms import TrailForm
from lineo.activity.models import Event
from lineo.activity.sight import Sight
from lineo.attachments import saved_as
from lineo.htmx import render_page

SHOWN = 50


@require_safe
@login_required
def audit(request: PersonRequest) -> HttpResponse:
    """One page of the trail, the newest first; ``before`` goes further back."""
    form, rows = _searched(request)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(sequence__lt=int(before))
    events = list(rows[: SHOWN + 1])
    context = {
        "form": form,
        "lines": trail.lines_of(events[:SHOWN], _sight(request)),
        "earlier": _query(request, before=events[SHOWN - 1].sequence) if events[SHOWN:] else "",
        "newest": _query(request) if before else "",
        "query": _query(request),
        "is_filtered": bool(_query(request)),
    }
    return render_page(
        request,
        "activity/audit.html",
        context,
        partial="audit-trail",
        status=422 if form.errors else 200,
    )


@require_safe
@login_required
def export_audit(request: PersonRequest, suffix: str) -> HttpResponse:
    """What the filter finds, as an attachment."""
    form, rows = _searched(request)
    if suffix not in trail_files.TYPES:
        raise Http404
    try:
        content = trail_files.written(rows, suffix, _sight(request))
    except ValidationError as error:
        form.add_error(None, error)
        context = {"form": form, "lines": [], "query": _query(request), "is_filtered": True}
        return render_page(
            request, "activity/audit.html", context, partial="audit-trail", status=422
        )
    tell("audit.exported", workspace=request.workspace, actor=request.user, after=suffix)
    name = f"{_('audit-trail')}-{timezone.localdate():%Y-%m-%d}.{suffix}"
    return HttpResponse(content, content_type=trail_files.TYPES[suffix], headers=saved_as(name))


def _searched(request: PersonRequest) -> tuple[TrailForm, QuerySet[Event]]:
    """Return the filter and what it finds, for those who may read the trail."""
    membership = request.membership
    if membership is None or not trail.may_read_trail(membership):
        raise PermissionDenied(_("Only those who administer the workspace read its audit trail."))
    form = TrailForm(request.GET, membership=membership)
    form.is_valid()
    return form, trail.trail_for(membership, form.asked())


def _sight(request: PersonRequest) -> Sight:
    return Sight([request.membership] if request.membership else [])


def _query(request: PersonRequest, **more: object) -> str:
    """Return the filter of this page as a query, without what is left empty."""
    given = request.GET.copy()
    given.pop("before", None)
    for name in [name for name, value in given.items() if not value]:
        del given[name]
    for name, value in more.items():
        given[name] = str(value)
    return given.urlencode()
