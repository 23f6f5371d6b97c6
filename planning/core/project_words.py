"""The words of a plan's settings: the ``project`` block ⇄ plain JSON values."""

from typing import Any

from planning.core.durations import Units, format_duration, parse_duration
from planning.core.edits import EditKind
from planning.core.fields import (
    Field,
    choice,
    moment,
    number,
    plain,
    read_fields,
    simple,
    table,
    writer,
)
from planning.core.plan import (
    LagCalendar,
    OutOfSequence,
    PlanError,
    ProjectSettings,
    RiskLevel,
    Rules,
    TotalFloat,
)

RISK_LEVELS = ("low", "medium", "high")


def _level(name: str) -> Field:
    attribute = f"risk_level_{name}"

    def write(project: ProjectSettings, _units: Units) -> list[float]:
        level = project.risk_level(name)
        return [number(level.low), number(level.mode), number(level.high)]

    def read(words: list[float], _units: Units) -> dict[str, Any]:
        low, mode, high = (float(factor) for factor in words)
        if not 0 <= low <= mode <= high:
            raise PlanError("must be three factors from small to large")
        return {attribute: RiskLevel(low, mode, high)}

    return Field(f"risk_levels.{name}", EditKind.SETTING, (attribute,), write, read)


PROJECT_FIELDS = table(
    plain("name", EditKind.SETTING),
    moment("start", EditKind.SETTING),
    moment("target", EditKind.SETTING),
    moment("must_finish_by", EditKind.SETTING),
    moment("data_date", EditKind.SETTING),
    plain("time_zone", EditKind.SETTING),
    plain("calendar", EditKind.SETTING),
    simple("minutes_per_day", EditKind.SETTING, lambda v, _: v, lambda w, _: int(w)),
    simple("minutes_per_week", EditKind.SETTING, lambda v, _: v, lambda w, _: int(w)),
    simple(
        "critical_float_limit",
        EditKind.SETTING,
        format_duration,
        lambda words, units: parse_duration(words, units).minutes,
        "critical_float_limit_minutes",
    ),
    choice("total_float", EditKind.SETTING, TotalFloat),
    choice("lag_calendar", EditKind.SETTING, LagCalendar),
    choice("rules", EditKind.SETTING, Rules),
    choice("out_of_sequence", EditKind.SETTING, OutOfSequence),
    plain("honor_constraints", EditKind.SETTING),
    plain("open_ends_critical", EditKind.SETTING),
    plain("lag_from_early_start", EditKind.SETTING),
    *(_level(name) for name in RISK_LEVELS),
)


# Only the settings that differ from their defaults, by their names in edits.
write_settings = writer(ProjectSettings, PROJECT_FIELDS)


def write_project(project: ProjectSettings) -> dict[str, Any]:
    """Return the ``project`` block, every setting written out."""
    units = Units.of(project)
    words = {
        name: field.write(project, units)
        for name, field in PROJECT_FIELDS.items()
        if not name.startswith("risk_levels.")
    }
    levels = {name: PROJECT_FIELDS[f"risk_levels.{name}"] for name in RISK_LEVELS}
    words["risk_levels"] = {name: field.write(project, units) for name, field in levels.items()}
    return words


def read_project(words: dict[str, Any]) -> ProjectSettings:
    """Read the ``project`` block; what is left out has its default."""
    units = Units(int(words.get("minutes_per_day", 480)), int(words.get("minutes_per_week", 2400)))
    given = {name: value for name, value in words.items() if name != "risk_levels"}
    for name, factors in words.get("risk_levels", {}).items():
        given[f"risk_levels.{name}"] = factors
    return ProjectSettings(**read_fields(given, PROJECT_FIELDS, units))
