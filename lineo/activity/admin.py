"""The change log in the admin: to read and to search, never to touch."""

from django.contrib import admin

from lineo.accounts.admin_site import ReadOnlyAdmin
from lineo.activity.models import Change


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ["summary", "intention", "actor", "revision", "created_at"]
    list_filter = ["intention", "is_undo", "created_at"]
    list_select_related = ["actor"]
    search_fields = ["summary", "request_id"]
