"""The pages of the activity app."""

from django.urls import path

from lineo.activity import views

app_name = "activity"
urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/export/<slug:suffix>/", views.export_audit, name="export-audit"),
]
