"""How values look on a page: icons, chances, dates, durations."""

import json
import math
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.template.defaultfilters import floatformat
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

THEMES = ("auto", "dark", "light")
CHANCE_STEPS = (0.2, 0.4, 0.6, 0.8)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the vendored sprite; decorative, so its button carries the words."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f" icon-{size}" if size else "",
        static("vendor/lucide/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def theme(context: RequestContext) -> str:
    """The theme that this person chose, kept in a cookie so that the first paint is right."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "auto") if request else "auto"
    return chosen if chosen in THEMES else "auto"


@register.simple_tag
def htmx_config() -> str:
    """The settings' ``HTMX_CONFIG`` as the text of ``<meta name="htmx-config">``."""
    return json.dumps(settings.HTMX_CONFIG, separators=(",", ":"))


@register.filter
def chance_class(chance: float | None) -> str:
    """The step of the ramp from calm to alarm that a chance stands on."""
    if chance is None:
        return ""
    return f"chance-{1 + sum(chance >= step for step in CHANCE_STEPS)}"


@register.filter
def percent(share: float | None, decimals: int = 0) -> str:
    """A share as a percentage; never 0 % or 100 % for what is merely near."""
    if share is None:
        return "–"
    step = 10.0**-decimals
    if 0 < share < step / 200:
        return f"< {floatformat(step, decimals)}\N{NO-BREAK SPACE}%"
    if 1 - step / 200 < share < 1:
        return f"> {floatformat(100 - step, decimals)}\N{NO-BREAK SPACE}%"
    hundredths = round(share * 100, 9)  # 0.565 × 100 is 56.49999999999999
    return f"{floatformat(hundredths, decimals)}\N{NO-BREAK SPACE}%"


@register.filter
def about(number: float | None) -> str:
    """A sum of which no more than three digits are known."""
    if number is None:
        return "–"
    shown = float(f"{number:.3g}")
    return number_format(shown, 0 if shown >= 100 else None, force_grouping=True)


@register.filter
def days(minutes: float | None, minutes_per_day: int = 480) -> str:
    """Working minutes as days, with one decimal where it says something."""
    if minutes is None:
        return "–"
    return day_count(minutes / minutes_per_day)


@register.filter
def day_count(number: float | None) -> str:
    """A number of days with its unit."""
    if number is None:
        return "–"
    shown = round(number, 1)
    return _("%(number)s d") % {"number": number_format(shown, 0 if shown == int(shown) else 1)}


@register.filter
def noise_days(number: float | None) -> str:
    """The noise of a number of days, rounded up: what has some is never shown as exact."""
    return day_count(None if number is None else math.ceil(number * 10 - 1e-9) / 10)


@register.filter
def signed_days(number: float | None) -> str:
    """A difference in days, with its sign: later is plus, none has no sign."""
    if number is None:
        return "–"
    sign = "+" if round(number, 1) > 0 else "−" if round(number, 1) < 0 else ""
    return f"{sign}{day_count(abs(number))}"


@register.filter
def short_date(moment: date | datetime | None) -> str:
    """A date as people say it: without the year where it is this year's."""
    return short_dates()(moment)


def short_dates() -> Callable[[date | datetime | None], str]:
    """Return :func:`short_date` in the language of now, for whoever says many dates."""
    this_year, language = (
        _year_in(int(time.time()) // 60, str(timezone.get_current_timezone())),
        get_language(),
    )

    def say(moment: date | datetime | None) -> str:
        if not moment:
            return "–"
        return _short(_day_of(moment), this_year, language)

    return say


@lru_cache(maxsize=8)
def _year_in(_minute: int, _zone: str) -> int:
    """Return the year of this minute: a table asks for it in hundreds of cells."""
    return timezone.localdate().year


@lru_cache(maxsize=10_000)
def _short(day: date, this_year: int, language: str | None) -> str:
    return date_format(day, _("j M") if day.year == this_year else _("j M ’y"))


@register.filter
def long_date(moment: date | datetime | None) -> str:
    """A date in full: the answer to "when?"."""
    return "–" if not moment else date_format(moment, _("j F Y"))


@register.filter
def unlocalized(number: float) -> str:
    """A number as markup reads it, whatever the person's language."""
    return f"{number:.3f}"


@register.filter
def share_of_100(share: float) -> str:
    """A share as a coordinate on a bar 100 wide."""
    return f"{share * 100:.2f}"


@register.filter
def at(items: Sequence[object] | None, index: int) -> object:
    """The item of that place, where there is one."""
    return items[index] if items and index < len(items) else None


@register.filter
def iso(moment: date | datetime | None) -> str:
    """A date as a machine and a date field read it."""
    if not moment:
        return ""
    return _day_of(moment).isoformat()


def _day_of(moment: date | datetime) -> date:
    """Return the day of a wall-clock time; of an instant, by the clock of whoever reads."""
    if not isinstance(moment, datetime):
        return moment
    return (moment if moment.tzinfo is None else timezone.localtime(moment)).date()


@register.filter
def tick_date(day: date, unit: str) -> str:
    """What to write under an axis whose steps are days, months or years."""
    return date_format(day, {"day": _("j M"), "month": _("M Y"), "year": "Y"}[unit])
