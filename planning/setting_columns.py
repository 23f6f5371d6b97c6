"""The settings of a plan as columns of its scenario, and back."""

from typing import Any

from planning.core import plan
from planning.core.durations import EXACT
from planning.core.fields import fields_without, read_fields, writer
from planning.core.project_words import PROJECT_FIELDS
from planning.models import Scenario

_SAME_SETTINGS = (
    "start",
    "target",
    "must_finish_by",
    "data_date",
    "minutes_per_day",
    "minutes_per_week",
    "critical_float_limit_minutes",
)
_SETTING_COLUMNS = {
    *_SAME_SETTINGS,
    "name",
    "time_zone",
    "calendar",
    "total_float",
    "lag_calendar",
    "rules",
    "risk_level_low",
    "risk_level_medium",
    "risk_level_high",
}

# As of tasks: what has no column stands in `options`.
_SETTING_OPTIONS = fields_without(PROJECT_FIELDS, _SETTING_COLUMNS)
_write_setting_options = writer(plan.ProjectSettings, _SETTING_OPTIONS)


def settings_of(row: Scenario) -> plan.ProjectSettings:
    """Return the plan settings of a scenario."""
    levels = {name: plan.RiskLevel(*factors) for name, factors in row.risk_levels.items()}
    return plan.ProjectSettings(
        name=row.plan_name or row.name,
        time_zone=row.project.time_zone,
        calendar=row.calendar_key,
        total_float=plan.TotalFloat(row.total_float),
        lag_calendar=plan.LagCalendar(row.lag_calendar),
        rules=plan.Rules(row.rules),
        risk_level_low=levels["low"],
        risk_level_medium=levels["medium"],
        risk_level_high=levels["high"],
        **{name: getattr(row, name) for name in _SAME_SETTINGS},
        **read_fields(row.options, _SETTING_OPTIONS, EXACT),
    )


def settings_columns(settings: plan.ProjectSettings) -> dict[str, Any]:
    """Return the scenario's columns for these plan settings."""
    levels = {name: settings.risk_level(name) for name in ("low", "medium", "high")}
    return {
        "plan_name": settings.name,
        "calendar_key": settings.calendar,
        "total_float": settings.total_float.value,
        "lag_calendar": settings.lag_calendar.value,
        "rules": settings.rules.value,
        "risk_levels": {name: [x.low, x.mode, x.high] for name, x in levels.items()},
        "options": _write_setting_options(settings, EXACT),
        **{name: getattr(settings, name) for name in _SAME_SETTINGS},
    }
