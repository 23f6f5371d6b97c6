"""What can go wrong between people."""

from typing import Any

from django.core.exceptions import ValidationError


class LostRaceError(ValidationError):
    """Somebody else was faster: the page answers 409, the API 412.

    Attributes
    ----------
    row
        The row as it stands now, where one row was in question.
    """

    def __init__(self, message: str, *, row: Any = None) -> None:
        super().__init__(message, code="lost-race")
        self.row = row
