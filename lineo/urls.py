"""Every address of the site, by app: includes only."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("lineo.accounts.urls")),
    path("", include("lineo.jobs.urls")),
    path("", include("planning.urls")),
    path("", include("simulations.urls")),
]
