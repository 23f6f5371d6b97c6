from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lineo.accounts.admin_site import ReadOnlyAdmin
from lineo.jobs import services
from lineo.jobs.models import Job, JobDetail


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["kind", "state", "failure", "progress", "attempt", "person", "created_at"]
    list_filter = ["state", "failure", "kind", "queue"]
    list_select_related = ["person"]
    actions = ["cancel", "try_again"]

    @admin.action(description=_("Cancel"))
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        for job in queryset:
            services.cancel(job)

    @admin.action(description=_("Try again"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        for job in queryset:
            services.try_again(job)


@admin.register(JobDetail)
class JobDetailAdmin(ReadOnlyAdmin):
    list_display = ["job", "error"]
