"""Columns that Django lacks: wall-clock time without a zone."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from planning.core.validation import is_fit_name, is_time_zone


def refuse_unfit_name(name: str, field: str = "name") -> None:
    """Refuse a name with control characters, as those in a plan are refused."""
    if not is_fit_name(name):
        raise ValidationError({field: _("A name can't hold control characters; type it again.")})


def refuse_unknown_zone(name: str) -> None:
    """Refuse what is no time zone, as it is refused in a plan."""
    if not is_time_zone(name):
        raise ValidationError({"time_zone": _("There is no such time zone.")})


class WallClockFormField(forms.DateTimeField):
    """A date and time typed by a person, read as it stands, without a zone."""

    def prepare_value(self, value: object) -> object:
        return value

    def to_python(self, value: object) -> Any:
        if isinstance(value, dt.datetime):
            return value.replace(tzinfo=None)
        parsed = super().to_python(str(value) if value else None)
        return None if parsed is None else parsed.replace(tzinfo=None)


class WallClockField(models.Field):  # type: ignore[type-arg]
    """A naive date and time: what the clock on the project's wall shows.

    Plan dates have no zone (plan-format, "Time"), so they are stored as
    ``timestamp without time zone`` and never converted.
    """

    description = _("Date and time of the project")
    default_error_messages = {
        "invalid": _("“%(value)s” is not a date and time (YYYY-MM-DDTHH:MM)."),
    }

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "timestamp without time zone"

    def get_internal_type(self) -> str:
        return "WallClockField"

    def to_python(self, value: object) -> dt.datetime | None:
        if value is None or isinstance(value, dt.datetime):
            return value.replace(tzinfo=None) if value else None
        if isinstance(value, dt.date):
            return dt.datetime.combine(value, dt.time())
        parsed = _parsed(str(value))
        if parsed is None:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            )
        return parsed

    def get_prep_value(self, value: object) -> dt.datetime | None:
        return self.to_python(super().get_prep_value(value))

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else value.isoformat()

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": WallClockFormField, **kwargs})


def _parsed(text: str) -> dt.datetime | None:
    """Return the instant that ``text`` names, or None where it names none."""
    try:
        moment = parse_datetime(text)
        day = None if moment else parse_date(text)
    except ValueError:
        return None
    if moment:
        return moment.replace(tzinfo=None)
    return dt.datetime.combine(day, dt.time()) if day else None
