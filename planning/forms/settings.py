"""The plan settings as a form."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from planning.core.durations import format_duration
from planning.core.plan import PlanError, RiskLevel
from planning.drawing.days_off import calendars_by_key
from planning.forms.fields import (
    FinishDateField,
    StartDateField,
    day_edge,
    meanwhile,
    minutes_or_error,
    units_of,
)
from planning.models import Scenario
from planning.setting_columns import settings_of
from planning.typed.risk_levels import level_of_text, level_text

LEVELS = ("risk_level_low", "risk_level_medium", "risk_level_high")


class PlanSettingsForm(forms.Form):
    """What holds for the whole plan.

    It carries what it showed along: what somebody else changed since is nothing that this person
    asks for, and written over only once they have seen it.
    """

    start = StartDateField(label=gettext_lazy("Starts on"))
    target = FinishDateField(
        label=gettext_lazy("Target"),
        required=False,
        help_text=gettext_lazy("The date whose chance is watched."),
    )
    must_finish_by = FinishDateField(
        label=gettext_lazy("Must finish by"),
        required=False,
        help_text=gettext_lazy("Sets late dates and float; moves nothing."),
    )
    data_date = StartDateField(
        label=gettext_lazy("Data date"),
        required=False,
        help_text=gettext_lazy("Progress is reported up to here; nothing that remains is earlier."),
    )
    calendar = forms.ChoiceField(label=gettext_lazy("Project calendar"))
    critical_float_limit = forms.CharField(
        label=gettext_lazy("Critical up to a float of"), max_length=20
    )

    risk_level_low = forms.CharField(
        label=gettext_lazy("Low risk, per cent of the duration"), max_length=30, required=False
    )
    risk_level_medium = forms.CharField(
        label=gettext_lazy("Medium risk, per cent of the duration"), max_length=30, required=False
    )
    risk_level_high = forms.CharField(
        label=gettext_lazy("High risk, per cent of the duration"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("The range of a task that has a risk level and no estimate."),
    )

    def __init__(self, data: Any = None, *, scenario: Scenario) -> None:
        self._calendars = calendars_by_key(scenario)
        self._units = units_of(scenario)
        self._scenario = scenario
        self._settings = settings_of(scenario)
        super().__init__(data, initial=self._initial())
        self.fields["calendar"].choices = [  # type: ignore[attr-defined]
            (key, calendar.name) for key, calendar in self._calendars.items()
        ]
        for name, field in self.fields.items():
            field.show_hidden_initial = data is None or self.add_initial_prefix(name) in data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.changed_data:
            if self.fields[name].show_hidden_initial and self._has_moved(name):
                now = self.initial[name]
                self.add_error(name, meanwhile(self.fields[name], now))
                shown = {self.add_initial_prefix(name): str(now or "")}
                self.data = {**dict(self.data.items()), **shown}
        return cleaned

    def clean_critical_float_limit(self) -> int:
        return minutes_or_error(self.cleaned_data["critical_float_limit"], self._units)

    def clean_risk_level_low(self) -> RiskLevel | None:
        return self._level("risk_level_low")

    def clean_risk_level_medium(self) -> RiskLevel | None:
        return self._level("risk_level_medium")

    def clean_risk_level_high(self) -> RiskLevel | None:
        return self._level("risk_level_high")

    def changed_fields(self) -> dict[str, Any]:
        """Return the settings of the plan that differ from what the form showed."""
        fields: dict[str, Any] = {}
        for name in self.changed_data:
            value = self.cleaned_data[name]
            if name == "critical_float_limit":
                fields["critical_float_limit_minutes"] = value
            elif name == "calendar":
                fields[name] = value
            elif name in LEVELS:
                # What is left blank stays as it is.
                fields |= {name: value} if value else {}
            else:
                fields[name] = self._moment(name, value)
        return fields

    def _initial(self) -> dict[str, Any]:
        scenario = self._scenario
        names = ("start", "target", "must_finish_by", "data_date")
        moments = {name: getattr(scenario, name) for name in names}
        limit = scenario.critical_float_limit_minutes
        return {
            "calendar": scenario.calendar_key,
            "critical_float_limit": format_duration(limit, self._units),
            **{name: level_text(getattr(self._settings, name)) for name in LEVELS},
            **{name: value and value.date() for name, value in moments.items()},
        }

    def _has_moved(self, name: str) -> bool:
        """Whether a setting is neither what the form showed nor what is wanted."""
        differs = self.fields[name].has_changed
        now, shown = self.initial[name], self.data[self.add_initial_prefix(name)]
        return differs(now, shown) and differs(now, self[name].data)

    def _level(self, name: str) -> RiskLevel | None:
        typed = self.cleaned_data[name]
        try:
            return level_of_text(typed) if typed else None
        except PlanError as error:
            raise ValidationError(str(error)) from error

    def _moment(self, name: str, day: date | None) -> datetime | None:
        if day is None:
            return None
        is_start = isinstance(self.fields[name], StartDateField)
        key = self.cleaned_data.get("calendar") or self._scenario.calendar_key
        return day_edge(self._calendars, key, day, is_start=is_start)
