"""A row that is about to be changed: locked until the transaction ends, if it is still there."""

import logging
from typing import TypeVar
from uuid import UUID

from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=models.Model)


class GoneError(Http404):
    """Somebody deleted the row after it was read: pages and the API answer 404."""


def locked(rows: models.QuerySet[Row], pk: UUID) -> Row:
    """Return the row of ``rows`` with that id, locked; whoever else would write it waits.

    Raises
    ------
    GoneError
        If it has been deleted since whoever asks has read it.
    """
    return read_again(rows.select_for_update(of=("self",)), pk)


def read_again(rows: models.QuerySet[Row], pk: UUID) -> Row:
    """Return the row of ``rows`` with that id as it is now.

    Raises
    ------
    GoneError
        If it has been deleted since whoever asks has read it.
    """
    row = rows.filter(pk=pk).first()
    if row is None:
        logger.warning("%s %s was deleted after it had been read.", rows.model.__name__, pk)
        raise GoneError(_("It has been deleted meanwhile."))
    return row
