"""Why a project was left out of a joint forecast: kept as a code with values, told as a sentence.

Codes and values are those of ``simulations.engine.joining.joint.why_not_joined``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Sentence = Callable[[], str]
SENTENCES: dict[str, Sentence] = {
    "rules": lambda: _("it is scheduled by the rules of %(rules)s, the others by %(others)s"),
    "settings": lambda: _("its scheduling settings are others"),
    "time_zone": lambda: _("its time zone is %(zone)s, that of the others %(others)s"),
    "dates": lambda: _("it starts or is reported at another date, by the rules of %(rules)s"),
    "no_work": lambda: _("it has no work left to do"),
    "late_tasks": lambda: _("it has tasks that are as late as possible"),
    "data_date": lambda: _("of work under way one plan tells a data date and the other none"),
    "project_lags": lambda: _("it has lags in the project's calendar"),
}
_TOOLS = {"lineo": "Lineo", "msproject": "Microsoft Project", "p6": "Primavera P6"}


def sentence(said: Mapping[str, Any] | str) -> str:
    """Return what was kept, in words; until there were codes, words were kept."""
    if isinstance(said, str):
        return said
    values = {name: _TOOLS.get(value, value) for name, value in said["values"].items()}
    return SENTENCES[said["code"]]() % values


def code(said: Mapping[str, Any] | str) -> str:
    """Return the code that was kept, empty where words were."""
    return "" if isinstance(said, str) else said["code"]
