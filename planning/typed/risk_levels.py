"""The range of a risk level as people type it: per cents of a task's duration, ``90..100..115``."""

import re

from django.utils.translation import gettext as _

from planning.core.plan import PlanError, RiskLevel

_LEVEL = re.compile(
    r"\s*".join([*[r"(\d{1,4}(?:\.\d+)?)", r"(?:\.\.|–|-)"] * 2, r"(\d{1,4}(?:\.\d+)?)"])
)


def level_text(level: RiskLevel) -> str:
    """Write a level so that :func:`level_of_text` reads it back.

    Examples
    --------
    >>> level_text(RiskLevel(0.9, 1.0, 1.15))
    '90..100..115'
    """
    return "..".join(f"{factor * 100:.6g}" for factor in (level.low, level.mode, level.high))


def level_of_text(text: str) -> RiskLevel:
    """Read a level.

    Raises
    ------
    PlanError
        If it is not three per cents, the smallest first.

    Examples
    --------
    >>> level_of_text("85 .. 100 .. 140 %")
    RiskLevel(low=0.85, mode=1.0, high=1.4)
    """
    match = _LEVEL.fullmatch(text.strip().removesuffix("%").strip())
    shares = [float(share) for share in match.groups()] if match else []
    if not shares or shares != sorted(shares):
        raise PlanError(
            _("Write three per cents of the duration, the smallest first, such as 90..100..115.")
        )
    return RiskLevel(*(share / 100 for share in shares))
