from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lineo.accounts import services
from lineo.accounts.admin_site import ReadOnlyAdmin, WorkspaceAdmin
from lineo.accounts.models import Membership, User, Workspace
from lineo.accounts.tenancy import current_workspace_id


@admin.register(Workspace)
class WorkspaceRowAdmin(WorkspaceAdmin):
    list_display = ["name", "slug", "created_at"]
    fields = ["name", "slug"]
    readonly_fields = ["slug"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Workspace]:
        # A person's other workspaces are visible to them, but not chosen.
        return super().get_queryset(request).filter(pk=current_workspace_id())

    def save_model(self, request: Any, obj: Workspace, form: Any, change: bool) -> None:
        """Rename it as its own page does, so that the trail tells of it."""
        services.rename_workspace(obj, name=obj.name, actor=request.membership)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["email", "name", "time_zone", "is_active"]
    search_fields = ["email", "name"]
    exclude = ["password"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = super().get_queryset(request)
        return people.filter(memberships__workspace=current_workspace_id())


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ["person", "role", "is_suspended", "created_at"]
    list_filter = ["role", "is_suspended"]
    list_select_related = ["person"]
    actions = ["suspend", "reinstate"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).filter(workspace=current_workspace_id())

    @admin.action(description=_("Suspend"))
    def suspend(self, request: Any, queryset: QuerySet[Membership]) -> None:
        self._each(request, queryset, services.suspend)

    @admin.action(description=_("Let in again"))
    def reinstate(self, request: Any, queryset: QuerySet[Membership]) -> None:
        self._each(request, queryset, services.reinstate)

    def _each(self, request: Any, queryset: QuerySet[Membership], service: Any) -> None:
        for membership in queryset:
            try:
                service(membership, actor=request.membership)
            except (ValidationError, PermissionDenied) as error:
                sentence = "; ".join(getattr(error, "messages", [str(error)]))
                self.message_user(request, f"{membership.person}: {sentence}", messages.ERROR)
