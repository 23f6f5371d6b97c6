"""The pages of webhooks."""

from django.urls import path

from lineo.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("webhooks/", views.webhooks, name="webhooks"),
    path("webhooks/new/", views.add_webhook, name="add-webhook"),
    path("webhooks/<uuid:webhook_id>/", views.webhook, name="webhook"),
    path("webhooks/<uuid:webhook_id>/edit/", views.edit_webhook, name="edit-webhook"),
    path("webhooks/<uuid:webhook_id>/enable/", views.enable_webhook, name="enable-webhook"),
    path("webhooks/<uuid:webhook_id>/rotate/", views.rotate_secret, name="rotate-secret"),
    path("webhooks/<uuid:webhook_id>/test/", views.send_test, name="send-test"),
    path("webhooks/<uuid:webhook_id>/delete/", views.delete_webhook, name="delete-webhook"),
    path("deliveries/<uuid:delivery_id>/resend/", views.resend, name="resend"),
]
