"""Notices in the admin: to read."""

from django.contrib import admin

from lineo.accounts.admin_site import ReadOnlyAdmin
from lineo.notices.models import DateWatch, Notice, NoticeSettings


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "person", "created_at", "read_at", "mailed_at"]
    list_filter = ["kind", "created_at"]
    list_select_related = ["person"]


@admin.register(NoticeSettings)
class NoticeSettingsAdmin(ReadOnlyAdmin):
    list_display = ["person", "digest"]
    list_select_related = ["person"]


@admin.register(DateWatch)
class DateWatchAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "person", "project", "is_past", "chance", "seen_at"]
    list_select_related = ["person", "project"]
