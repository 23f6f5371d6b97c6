"""What a person is told, how, and which dates they watch."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lineo.accounts.requests import PersonRequest
from lineo.notices import selectors, services, watching
from lineo.notices.forms import SettingsForm, WatchForm
from planning.models import Project
from planning.views.loading import project_or_404, status_of

ROWS = 50


@require_safe
@login_required
def notices(request: PersonRequest) -> HttpResponse:
    """What happened that concerns me?"""
    rows = selectors.notices_for(request.membership)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "unread": selectors.unread_count(request.membership)}
    return render(request, "notices/notices.html", context)


@require_safe
@login_required
def count(request: PersonRequest) -> HttpResponse:
    """How many notices are unread, for the bell on every page."""
    unread = selectors.unread_count(request.membership)
    return render(request, "notices/_count.html", {"unread": unread})


@require_POST
@login_required
def open_notice(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Go to what a notice is about; it counts as read."""
    notice = get_object_or_404(selectors.notices_for(request.membership), pk=pk)
    services.mark_read(notice)
    return redirect(notice.url)


@require_POST
@login_required
def read_all(request: PersonRequest) -> HttpResponse:
    """Count all as read."""
    services.mark_all_read(request.membership)
    return redirect("notices:notices")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: PersonRequest) -> HttpResponse:
    """How I want to be told."""
    form = SettingsForm.showing(selectors.settings_of(request.user))
    if request.method == "POST":
        form = SettingsForm(request.POST)
        if form.is_valid():
            services.change_settings(request.user, **form.cleaned_data)
            messages.success(request, _("Saved how you want to be told."))
            return redirect("notices:settings")
    status = 422 if form.is_bound else 200
    return render(request, "notices/settings.html", {"form": form}, status=status)


@require_safe
@login_required
def watches(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Which dates of this project do I watch?"""
    project = project_or_404(request, pk)
    return _show(request, project, WatchForm(project=project, who=request.membership))


@require_POST
@login_required
def add_watch(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Watch one more."""
    project = project_or_404(request, pk)
    form = WatchForm(request.POST, project=project, who=request.membership)
    if not form.is_valid():
        return _show(request, project, form, status=422)
    given = dict(form.cleaned_data)
    try:
        watching.watch_date(
            project, actor=request.user, threshold=given.pop("percent") / 100, **given
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _show(request, project, form, status=status_of(error))
    return redirect("notices:watches", pk)


@require_POST
@login_required
def delete_watch(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Watch it no more."""
    watch = get_object_or_404(selectors.watches_for(request.membership), pk=pk)
    watching.stop_watching(watch)
    return redirect("notices:watches", watch.project_id)


def _show(
    request: PersonRequest, project: Project, form: WatchForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "project": project,
        "watches": selectors.watches_for(request.membership).filter(project=project),
        "form": form,
    }
    return render(request, "notices/watches.html", context, status=status)
