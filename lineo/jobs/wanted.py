"""What a job was asked for may be gone when its turn comes: people delete meanwhile."""

from typing import TypeVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from lineo.jobs.handle import JobRefusedError

Row = TypeVar("Row", bound=models.Model)


def still_there(rows: models.QuerySet[Row], pk: UUID | str) -> Row:
    """Return the row of ``rows`` that a job is about.

    Raises
    ------
    JobRefusedError
        If it has been deleted.
    """
    row = rows.filter(pk=pk).first()
    if row is None:
        raise JobRefusedError(_("What it was asked for has been deleted meanwhile."))
    return row
