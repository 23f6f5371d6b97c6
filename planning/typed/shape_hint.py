"""What a duration means while it is typed: its shape, its kind, what the plan takes it for."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.core.durations import Units, format_duration
from planning.core.estimate_facts import planned_minutes
from planning.core.estimates import parse_estimate
from planning.core.plan import PlanError
from planning.drawing.shapes import estimate_shape
from planning.templatetags.look import days

MOST_CHARACTERS = 120
_KINDS = {
    "fixed": gettext_lazy("Certain"),
    "uniform": gettext_lazy("Uniform"),
    "triangular": gettext_lazy("Triangular"),
    "pert": gettext_lazy("PERT"),
    "pert-classical": gettext_lazy("PERT, classical"),
    "trigen": gettext_lazy("Trigen"),
    "normal": gettext_lazy("Normal"),
    "lognormal": gettext_lazy("Lognormal"),
    "exponential": gettext_lazy("Exponential"),
    "discrete": gettext_lazy("Discrete"),
}


@dataclass(frozen=True, slots=True)
class Hint:
    """The shape and words for a typed duration, or why it is none yet."""

    shape: str
    words: str
    is_fault: bool = False


def hint_for(text: str, units: Units) -> Hint:
    """Return what ``text`` means as a duration in these units."""
    text = text.strip()[:MOST_CHARACTERS]
    if not text:
        return Hint("", "")
    try:
        typed = parse_estimate(text, units)
        minutes = planned_minutes(typed.estimate)
    except PlanError as error:
        return Hint("", str(error), is_fault=True)
    if typed.elapsed:
        planned = format_duration(minutes, units, elapsed=True)
    else:
        planned = days(minutes, units.minutes_per_day)
    kind = _KINDS.get(typed.estimate.distribution, typed.estimate.distribution)
    words = _("%(kind)s, planned as %(duration)s") % {"kind": kind, "duration": planned}
    return Hint(estimate_shape(typed.estimate), words)
