"""Webhooks and their deliveries in the admin: to look at, changed through services only."""

from django.contrib import admin

from lineo.accounts.admin_site import ReadOnlyAdmin
from lineo.webhooks.models import Delivery, Webhook


@admin.register(Webhook)
class WebhookAdmin(ReadOnlyAdmin):
    list_display = ["url", "description", "is_enabled", "failures", "created_at"]
    list_filter = ["is_enabled"]
    exclude = ["salt"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["action", "webhook", "state", "tries", "status", "error", "created_at"]
    list_filter = ["state", "action"]
    list_select_related = ["webhook"]
