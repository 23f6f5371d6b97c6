"""The portfolio in the admin: to look at; it is written by services."""

from django.contrib import admin

from lineo.portfolio.models import (
    Follow,
    Goal,
    GoalReading,
    JointForecast,
    MilestoneForecast,
)
from planning.admin import ServiceAdmin


@admin.register(Goal)
class GoalAdmin(ServiceAdmin):
    list_display = ["name", "project", "by", "wanted", "owner"]
    list_select_related = ["project", "owner"]


@admin.register(GoalReading)
class GoalReadingAdmin(ServiceAdmin):
    list_display = ["goal", "chance", "by", "made_at"]
    list_select_related = ["goal"]


@admin.register(Follow)
class FollowAdmin(ServiceAdmin):
    list_display = ["scenario", "project_id"]
    list_select_related = ["scenario"]


@admin.register(MilestoneForecast)
class MilestoneForecastAdmin(ServiceAdmin):
    list_display = ["scenario", "revision"]
    list_select_related = ["scenario"]


@admin.register(JointForecast)
class JointForecastAdmin(ServiceAdmin):
    list_display = ["created_at", "iterations", "seed", "created_by"]
    list_select_related = ["created_by"]
