"""The change log and the audit trail in the admin: to read and to search, never to touch."""

from django.contrib import admin

from lineo.accounts.admin_site import ReadOnlyAdmin
from lineo.activity.models import AuditEntry, Change, Event


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ["summary", "intention", "actor", "revision", "created_at"]
    list_filter = ["intention", "is_undo", "created_at"]
    list_select_related = ["actor"]
    search_fields = ["summary", "request_id"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["action", "subject_name", "actor", "created_at"]
    list_filter = ["action", "created_at"]
    list_select_related = ["actor"]
    search_fields = ["subject_name", "request_id"]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "action", "actor", "subject_kind", "created_at"]
    list_filter = ["action", "created_at"]
    list_select_related = ["actor"]
