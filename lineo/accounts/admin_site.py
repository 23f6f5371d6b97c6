"""The admin within the walls: a workspace is chosen first, and nothing is logged twice.

``WorkspaceMiddleware`` opens the context of the chosen workspace around every
page of the admin, as around any other, so its querysets need no filter.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from lineo.accounts.middleware import SESSION_KEY
from lineo.accounts.policy import Action, may, reads_everything, scope_chain
from lineo.accounts.requests import PersonRequest


class LineoAdminSite(admin.AdminSite):
    """For staff who administer the workspace that they chose, and from whom nothing is hidden."""

    site_header = site_title = _("Lineo administration")
    index_title = _("What this workspace holds")
    index_template = "admin/lineo_index.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take what stands within the walls alone.

        Packages bring pages for their own tables, such as addresses, second factors and sessions,
        which hold those of every workspace.
        """
        if admin_class is not None and issubclass(admin_class, WorkspaceAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: Any) -> bool:
        if not (request.user.is_active and request.user.is_staff):
            return False
        membership = request.membership
        if membership is None or not reads_everything(membership):
            return False  # its lists know no rules
        return may(membership, Action.ADMINISTER, scopes=scope_chain(membership.workspace_id))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def choose_first(request: PersonRequest, *args: Any, **kwargs: Any) -> Any:
            if len(request.memberships) > 1 and SESSION_KEY not in request.session:
                query = urlencode({"next": request.get_full_path()})
                return redirect(f"{reverse('accounts:choose-workspace')}?{query}")
            return inner(request, *args, **kwargs)

        return choose_first

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sign in where everyone does, so that its limits hold here too."""
        if request.user.is_authenticated:
            return redirect("/")
        query = urlencode({"next": request.GET.get("next", reverse("admin:index"))})
        return redirect(f"{reverse('accounts:sign-in')}?{query}")

    def each_context(self, request: Any) -> dict[str, Any]:
        return {**super().each_context(request), "workspace": request.workspace}


class WorkspaceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A model within the walls. The change log records, not Django's log of the admin.

    That log stands outside the walls and would hold the names of things.
    """

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Leave recording to the change log."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Leave recording to the change log."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Leave recording to the change log."""


class ReadOnlyAdmin(WorkspaceAdmin):
    """A model that only services write: rows of the plan, jobs, changes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
