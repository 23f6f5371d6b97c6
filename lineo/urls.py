"""Every address of the site, by app: includes only."""

from django.contrib import admin
from django.urls import include, path

API_V1 = [
    path("", include("lineo.api.urls")),
    path("", include("lineo.accounts.api.urls")),
    path("", include("lineo.activity.api")),
    path("", include("lineo.webhooks.api")),
    path("", include("lineo.operations.api")),
    path("", include("lineo.jobs.api")),
    path("", include("planning.api.urls")),
    path("", include("simulations.api")),
    path("", include("lineo.talk.api.urls")),
    path("", include("lineo.notices.api")),
    path("", include("lineo.live.api")),
    path("", include("lineo.portfolio.api")),
]

urlpatterns = [
    path("", include("lineo.operations.admin_pages")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((API_V1, "api"))),
    path("", include("lineo.accounts.urls")),
    path("", include("lineo.accounts.entrance_urls")),
    path("", include("lineo.activity.urls")),
    path("", include("lineo.webhooks.urls")),
    path("", include("lineo.jobs.urls")),
    path("", include("planning.urls")),
    path("", include("simulations.urls")),
    path("", include("lineo.talk.urls")),
    path("", include("lineo.notices.urls")),
    path("", include("lineo.portfolio.urls")),
]

handler400 = "lineo.api.errors.bad_request"
handler403 = "lineo.api.errors.permission_denied"
handler404 = "lineo.api.errors.page_not_found"
handler500 = "lineo.api.errors.server_error"
