"""Which rows and columns a change of several is about."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from planning import selectors
from planning.cells import Typed
from planning.models import Scenario
from planning.table_columns import COLUMNS
from planning.workbench import cell_values

MOST_ROWS = 5_000


class RowsForm(forms.Form):
    """Some tasks of one scenario, in table order."""

    def __init__(self, data: Any, *, scenario: Scenario) -> None:
        super().__init__(data)
        self.scenario = scenario
        self.keys: list[str] = []

    @property
    def sentence(self) -> str:
        """What to tell the person."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)

    def clean(self) -> dict[str, Any]:
        sent = _list(self.data, "tasks")[:MOST_ROWS]
        try:
            ids = {UUID(text) for text in sent}
        except ValueError:
            raise ValidationError(_("Choose some rows first.")) from None
        rows = selectors.tasks_of(self.scenario).filter(pk__in=ids)
        self.keys = list(rows.values_list("key", flat=True))
        if not self.keys:
            raise ValidationError(_("Choose some rows first."))
        if len(self.keys) < len(ids):
            raise ValidationError(_("Somebody has deleted some of these tasks meanwhile."))
        return super().clean() or {}


class CellsForm(RowsForm):
    """Some columns of some tasks."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.columns = [name for name in _list(self.data, "column") if name in COLUMNS]
        if not self.columns:
            raise ValidationError(_("Choose some cells first."))
        return cleaned

    def all_as(self, text: str) -> list[Typed]:
        """Every chosen cell with the same text; a summary's own are left out."""
        return [(key, self.columns[0], text) for key in self._takers(self.columns[0])]

    def filled(self) -> list[Typed]:
        """Every chosen cell below the first row, with what that row holds."""
        return list(self._filled())

    def _filled(self) -> Iterator[Typed]:
        first, *_below = self.keys
        values = cell_values(self.scenario, first, self.columns)
        for column in self.columns:
            for key in self._takers(column):
                if key != first:
                    yield key, column, values[column]

    def _takers(self, column: str) -> list[str]:
        if COLUMNS[column].for_summaries:
            return self.keys
        summaries = selectors.summaries_of(self.scenario).values_list("key", flat=True)
        inner = set(summaries)
        return [key for key in self.keys if key not in inner]


def _list(data: Any, name: str) -> list[str]:
    return data.getlist(name) if isinstance(data, QueryDict) else [data.get(name, "")]
