"""Talk in the admin: to read and to search."""

from django.contrib import admin

from lineo.accounts.admin_site import ReadOnlyAdmin
from lineo.talk.models import Comment, Reference


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "subject_kind", "project", "author", "created_at", "deleted_at"]
    list_filter = ["subject_kind", "created_at"]
    list_select_related = ["project", "author"]
    search_fields = ["body"]


@admin.register(Reference)
class ReferenceAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "credibility", "project", "author", "file_bytes", "created_at"]
    list_filter = ["kind", "credibility"]
    list_select_related = ["project", "author"]
    search_fields = ["title", "source"]
