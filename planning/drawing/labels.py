"""Dates on rulers, in the person's language."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def ruler_label(day: date, unit: str) -> str:
    """What stands above a day, week, month, quarter or year of the Gantt."""
    if unit.startswith("quarter"):
        text = _("Q%(quarter)d %(year)d") if unit == "quarter-named" else _("Q%(quarter)d")
        return text % {"quarter": (day.month + 2) // 3, "year": day.year}
    return date_format(day, _format(unit))


def _format(unit: str) -> str:
    return {
        "day": pgettext("day on a ruler", "j"),
        "week": pgettext("week on a ruler", "j"),
        "week-named": pgettext("week named on a ruler", "j F Y"),
        "month": pgettext("month on a ruler", "M"),
        "month-named": pgettext("month named on a ruler", "F Y"),
        "year": "Y",
    }[unit]
