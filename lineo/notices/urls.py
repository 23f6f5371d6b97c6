"""Addresses of notices."""

from django.urls import path

from lineo.notices import views

app_name = "notices"

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/count/", views.count, name="count"),
    path("notices/read/", views.read_all, name="read-all"),
    path("notices/settings/", views.settings, name="settings"),
    path("notices/<uuid:pk>/open/", views.open_notice, name="open"),
    path("projects/<uuid:pk>/watches/", views.watches, name="watches"),
    path("projects/<uuid:pk>/watches/add/", views.add_watch, name="add-watch"),
    path("watches/<uuid:pk>/delete/", views.delete_watch, name="delete-watch"),
]
