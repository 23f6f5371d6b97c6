"""What was pasted and where, and a look at what it would make."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lineo.accounts.models import User
from planning import selectors, snapshot
from planning.core.plan import PlanError
from planning.forms.rows import sent_ids
from planning.models import Scenario
from planning.table.columns import COLUMNS
from planning.table.workbench import Workbench
from planning.typed.pasted_text import column_named, lines_of
from planning.typed.pasting import Paste, next_number, previewed

SHOWN_ROWS = 12
SHOWN_FAULTS = 8


class PasteForm(forms.Form):
    """The text, the cell it was pasted at, and what shall become of it."""

    text = forms.CharField(
        label=gettext_lazy("Rows from a spreadsheet"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "mono"}),
    )
    at = forms.UUIDField(required=False, widget=forms.HiddenInput)
    way = forms.ChoiceField(
        choices=[
            ("tasks", gettext_lazy("New tasks")),
            ("cells", gettext_lazy("Write over cells")),
        ],
        required=False,
    )

    def __init__(self, data: Any = None, *, scenario: Scenario, person: User) -> None:
        super().__init__(data)
        self.scenario = scenario
        self.person = person
        self.count = 0
        self._lines: list[list[str]] = []

    @property
    def sentence(self) -> str:
        """What to tell the person."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)

    @property
    def sent_columns(self) -> list[str]:
        """The columns from the cursor to the right, as they were sent."""
        sent = self.data.getlist("columns") if hasattr(self.data, "getlist") else []
        return [name for name in sent if name in COLUMNS]

    @property
    def sent_tasks(self) -> list[str]:
        """The rows that were chosen, where several were."""
        return sent_ids(self.data, "tasks") if hasattr(self.data, "getlist") else []

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        try:
            self._lines = lines_of(text)
        except PlanError as error:
            raise ValidationError(str(error)) from error
        if not self._lines:
            raise ValidationError(_("There is nothing to paste."))
        return text

    @property
    def way_chosen(self) -> str:
        """New tasks, or cells: what the person chose, else what the text looks like."""
        chosen: str = self.cleaned_data.get("way") or ""
        if chosen:
            return chosen
        has_head = "name" in map(column_named, self._lines[0])
        is_small = len(self._lines) == 1 or self.sent_tasks
        at_name = not self.sent_columns or self.sent_columns[0] in ("number", "name")
        is_cells = bool(self.sent_columns) and not has_head and (is_small or not at_name)
        return "cells" if is_cells else "tasks"

    def paste(self) -> Paste:
        """Return what was pasted, where."""
        as_tasks = self.way_chosen == "tasks"
        shown = self._shown()
        at = self.cleaned_data["at"]
        ids = [str(row.id) for row in shown]
        place = ids.index(str(at)) if str(at) in ids else None
        chosen = set(self.sent_tasks)
        if chosen:
            keys = [row.key for row in shown if str(row.id) in chosen]
        else:
            keys = [row.key for row in shown[place:]] if place is not None else []
        has_head = "name" in map(column_named, self._lines[0])
        self.count = len(self._lines) - (as_tasks and has_head)
        return Paste(
            text=self.cleaned_data["text"],
            as_tasks=as_tasks,
            after=shown[place].key if place is not None else None,
            keys=keys,
            columns=self._usual() if as_tasks else self.sent_columns,
        )

    def _shown(self) -> Sequence[Any]:
        return Workbench(self.scenario, selectors.view_of(self.scenario, self.person)).outlines

    def _usual(self) -> list[str]:
        return list(selectors.view_of(self.scenario, self.person).columns)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a paste would make, shortened.

    New rows stand by the numbers that they are going to have; by their lines in the text where
    something does not fit, or where they are written over others.
    """

    way: str
    heads: list[str]
    rows: list[tuple[int, int, list[str]]]
    more: int
    count: int
    faults: list[str]
    more_faults: int
    notes: list[str]


def preview_of(scenario: Scenario, form: PasteForm) -> Preview | None:
    """Return what the paste would make; None where nothing sensible was sent."""
    if not form.is_bound or not form.is_valid():
        return None
    what = form.paste()
    outcome = previewed(scenario, snapshot.shown_plan_of(scenario), what)
    is_told = what.as_tasks and not outcome.faults
    first = next_number(scenario) if is_told else 0
    rows = [
        (
            first + place if is_told else row.line,
            min(row.level, 8),
            [row.cells.get(name, "") for name in outcome.columns],
        )
        for place, row in enumerate(outcome.rows[:SHOWN_ROWS])
    ]
    return Preview(
        way=form.way_chosen,
        heads=[str(COLUMNS[name].label) for name in outcome.columns],
        rows=rows,
        more=max(len(outcome.rows) - SHOWN_ROWS, 0),
        count=len(outcome.rows),
        faults=outcome.faults[:SHOWN_FAULTS],
        more_faults=max(len(outcome.faults) - SHOWN_FAULTS, 0),
        notes=outcome.notes,
    )
