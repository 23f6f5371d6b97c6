"""Which rows and columns a change of several is about."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from planning import selectors
from planning.models import Scenario
from planning.table.cell_values import cell_values
from planning.table.columns import COLUMNS
from planning.typed.cells import Typed

MOST_ROWS = 20_000


def sent_ids(data: Any, field: str) -> list[str]:
    """Return the ids of a field that is sent once for each, or once with commas between them.

    Django takes a thousand fields at most, and people choose every row of a large plan.
    """
    return [one for sent in data.getlist(field) for one in sent.split(",") if one]


class RowsForm(forms.Form):
    """Some tasks of one scenario, in table order."""

    field = "tasks"

    def __init__(self, data: QueryDict, *, scenario: Scenario) -> None:
        super().__init__(data)
        self.sent = data
        self.scenario = scenario
        self.keys: list[str] = []
        self.first: str | None = None

    @property
    def sentence(self) -> str:
        """What to tell the person."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)

    def sent_tasks(self) -> list[str]:
        """The ids of the tasks."""
        return sent_ids(self.sent, self.field)

    def clean(self) -> dict[str, Any]:
        sent = self.sent_tasks()
        if len(sent) > MOST_ROWS:
            raise ValidationError(
                _("Choose %(most)d rows at most.") % {"most": MOST_ROWS}, code="too-many"
            )
        try:
            ids = {UUID(text) for text in sent}
        except ValueError:
            raise ValidationError(_("Choose some rows first.")) from None
        rows = selectors.tasks_of(self.scenario).filter(pk__in=ids)
        found = dict(rows.values_list("pk", "key"))
        self.keys = list(found.values())
        self.first = found.get(UUID(sent[0])) if sent else None
        if not self.keys:
            raise ValidationError(_("Choose some rows first."))
        if len(self.keys) < len(ids):
            raise ValidationError(_("Somebody has deleted some of these tasks meanwhile."))
        return super().clean() or {}

    def takers_of(self, column: str) -> list[str]:
        """The tasks that can have something in that column; a summary has not all of it."""
        if COLUMNS[column].for_summaries:
            return self.keys
        inner = set(selectors.summaries_of(self.scenario).values_list("key", flat=True))
        return [key for key in self.keys if key not in inner]


class RowForm(RowsForm):
    """The one task above which another is put."""

    field = "before"


class CellsForm(RowsForm):
    """Some columns of some tasks."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.columns = [name for name in self.sent.getlist("column") if name in COLUMNS]
        if not self.columns:
            raise ValidationError(_("Choose some cells first."))
        return cleaned

    def all_as(self, text: str) -> list[Typed]:
        """Every chosen cell with the same text; a summary's own are left out."""
        return [(key, self.columns[0], text) for key in self.takers_of(self.columns[0])]

    def filled(self) -> list[Typed]:
        """Every other chosen cell, with what the row that was sent first holds."""
        return list(self._filled())

    def _filled(self) -> Iterator[Typed]:
        first = self.first or self.keys[0]
        values = cell_values(self.scenario, first, self.columns)
        for column in self.columns:
            for key in self.takers_of(column):
                if key != first:
                    yield key, column, values[column]
