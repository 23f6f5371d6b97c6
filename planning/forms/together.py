"""Several tasks edited at once: what is left alone stays as each task has it."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning import selectors
from planning.forms.fields import FinishDateField
from planning.forms.rows import RowsForm
from planning.models import Cycle, Priority, Scenario
from planning.models.task import RiskLevelName
from planning.people import readers_of, shown_labels
from planning.typed.cells import Typed
from planning.work.labels import labels_of
from planning.work.together import Teamwork

LEAVE, NONE = "", "-"
_STRETCH = re.compile(r"(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?")


class TogetherForm(RowsForm):
    """What some tasks shall have in common; ``rows`` names them where no ids are sent."""

    rows = forms.CharField(
        label=gettext_lazy("Tasks"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy("Their numbers, such as 3, 5-9"),
    )
    calendar = forms.ChoiceField(label=gettext_lazy("Calendar"), required=False)
    risk_level = forms.ChoiceField(label=gettext_lazy("Risk level"), required=False)
    percent_complete = forms.FloatField(
        label=gettext_lazy("Complete, %"), min_value=0, max_value=100, required=False
    )
    deadline = FinishDateField(label=gettext_lazy("Deadline"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    cycle = forms.ChoiceField(label=gettext_lazy("Cycle"), required=False)
    add_person = forms.ChoiceField(label=gettext_lazy("Add a person"), required=False)
    drop_person = forms.ChoiceField(label=gettext_lazy("Take a person away"), required=False)
    add_labels = forms.CharField(
        label=gettext_lazy("Add labels"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("With commas between them"),
    )
    drop_label = forms.ChoiceField(label=gettext_lazy("Take a label away"), required=False)

    def __init__(self, data: Any, *, scenario: Scenario) -> None:
        super().__init__(data, scenario=scenario)
        project = scenario.project
        self._people = {str(person.pk): person for person in readers_of(project)}
        self._cycles = {str(one.pk): one for one in Cycle.objects.filter(project=project)}
        names = shown_labels(list(self._people.values()))
        people = [(pk, names[person]) for pk, person in self._people.items()]
        calendars = selectors.calendars_of(scenario).values_list("name", flat=True)
        self._offer("calendar", [(NONE, _("The project’s")), *((one, one) for one in calendars)])
        self._offer("risk_level", [(NONE, _("None")), *RiskLevelName.choices])
        self._offer("priority", Priority.choices)
        cycles = [(pk, one.name) for pk, one in self._cycles.items()]
        self._offer("cycle", [(NONE, _("None")), *cycles])
        self._offer("add_person", people, leave=_("Nobody"))
        self._offer("drop_person", people, leave=_("Nobody"))
        known = labels_of(project).values_list("name", flat=True)
        self._offer("drop_label", [(one, one) for one in known], leave=_("None"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (self.errors or self.has_wish(cleaned)):
            raise ValidationError(_("Choose what the tasks shall have."))
        return cleaned

    def has_wish(self, cleaned: dict[str, Any]) -> bool:
        """Whether anything is asked for."""
        return any(value not in (None, "") for name, value in cleaned.items() if name != "rows")

    @property
    def cells(self) -> list[Typed]:
        """What is written into the plan, cell by cell; a summary's own are left out."""
        return [
            (key, column, typed)
            for column, typed in self._typed()
            for key in self.takers_of(column)
        ]

    @property
    def teamwork(self) -> Teamwork:
        """What stands beside the plan."""
        sent = self.cleaned_data
        priority = sent["priority"]
        return Teamwork(
            adds=[self._people[sent["add_person"]]] if sent["add_person"] else [],
            drops=[self._people[sent["drop_person"]]] if sent["drop_person"] else [],
            labels=[one.strip() for one in sent["add_labels"].split(",") if one.strip()],
            dropped_labels=[sent["drop_label"]] if sent["drop_label"] else [],
            priority=Priority(int(priority)) if priority else None,
            cycle=self._cycles.get(sent["cycle"]),
            is_cycle_set=bool(sent["cycle"]),
        )

    def sent_tasks(self) -> list[str]:
        """The ids that were sent, else those of the numbers that were typed."""
        sent = super().sent_tasks()
        typed = self.data.get("rows", "").strip() if self.data else ""
        return sent or self._numbered(typed) if typed else sent

    def _numbered(self, typed: str) -> list[str]:
        stretches = [one.strip() for one in typed[:2000].split(",") if one.strip()]
        found = [_STRETCH.fullmatch(one) for one in stretches]
        if not all(found):
            raise ValidationError(_("Write the numbers of tasks, such as 3, 5-9."))
        wanted = [(int(one[1]), int(one[2] or one[1])) for one in found if one]
        rows = selectors.tasks_of(self.scenario).values_list("pk", "number")
        known = {number for _pk, number in rows}
        if any(first == last and first not in known for first, last in wanted):
            raise ValidationError(_("There is no task of that number here."))
        return [
            str(pk) for pk, number in rows if any(first <= number <= last for first, last in wanted)
        ]

    def _typed(self) -> Iterator[tuple[str, str]]:
        sent = self.cleaned_data
        for name in ("calendar", "risk_level"):
            if sent[name]:
                yield name, "" if sent[name] == NONE else sent[name]
        if sent["percent_complete"] is not None:
            yield "percent_complete", str(sent["percent_complete"])
        if sent["deadline"]:
            yield "deadline", sent["deadline"].isoformat()

    def _offer(self, name: str, choices: Any, leave: str = "") -> None:
        stays = (LEAVE, leave or _("As it is"))
        self.fields[name].choices = [stays, *choices]  # type: ignore[attr-defined]
