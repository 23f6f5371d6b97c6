from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lineo.accounts.admin_site import ReadOnlyAdmin
from lineo.jobs import services
from lineo.jobs.models import FailedJob, Job, JobDetail, State


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["kind", "state", "failure", "progress", "attempt", "person", "created_at"]
    list_filter = ["state", "failure", "kind", "queue"]
    list_select_related = ["person"]
    actions = ["cancel", "try_again"]

    @admin.action(description=_("Cancel"))
    def cancel(self, request: Any, queryset: QuerySet[Job]) -> None:
        for job in queryset:
            services.cancel_as(request.user, job)

    @admin.action(description=_("Try again"))
    def try_again(self, request: Any, queryset: QuerySet[Job]) -> None:
        for job in queryset:
            services.try_again_as(request.user, job)


@admin.register(FailedJob)
class FailedJobAdmin(ReadOnlyAdmin):
    """What went wrong for good, why, and a way to try it again."""

    list_display = ["kind", "function", "failure", "told", "attempt", "person", "finished_at"]
    list_filter = ["failure", "kind"]
    list_select_related = ["person"]
    actions = ["try_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FailedJob]:
        """Return failed jobs, but for parts, which go with their whole."""
        rows = super().get_queryset(request).filter(state=State.FAILED, parent=None)
        return rows.prefetch_related("details")

    @admin.display(description=_("what to tell the person"))
    def told(self, job: FailedJob) -> str:
        return next((detail.error for detail in job.details.all() if detail.error), "")

    @admin.action(description=_("Try again"))
    def try_again(self, request: Any, queryset: QuerySet[FailedJob]) -> None:
        for job in queryset:
            services.try_again_as(request.user, job)


@admin.register(JobDetail)
class JobDetailAdmin(ReadOnlyAdmin):
    list_display = ["job", "error"]
