"""Whole numbers that a request says: which version, which revision."""

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

MOST_DIGITS = 18
"""More digits no column of ours holds, and Python refuses to read some thousands of them."""


def whole_number(text: str) -> int | None:
    """Return the number that some digits say; None where it is anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if is_number else None


def number_or_none(data: QueryDict, name: str) -> int | None:
    """Return the whole number that a request says; None where it says nothing.

    Raises
    ------
    ValidationError
        If it says anything but some digits.
    """
    text = data.get(name, "")
    if not text:
        return None
    number = whole_number(text)
    if number is None:
        raise ValidationError(
            _("“%(name)s” has to be a whole number: open the page again.") % {"name": name}
        )
    return number


def needed_number(data: QueryDict, name: str) -> int:
    """Return the whole number that a request has to say.

    Raises
    ------
    ValidationError
        If it says none.
    """
    number = number_or_none(data, name)
    if number is None:
        raise ValidationError(
            _("This does not say what you looked at (“%(name)s”): open the page again.")
            % {"name": name}
        )
    return number
