"""Work beside the plan, as people fill it in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from planning import selectors
from planning.models import Cycle, Label, Priority, Project, RelationKind, Scenario, Task
from planning.models.scenario import Colour
from planning.people import readers_of, shown_labels
from planning.work import typed
from planning.work.facts import Work


class WorkForm(forms.Form):
    """Who does a task, how urgent it is, its labels and its cycle."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    assignees = forms.CharField(
        label=_("Assignees"), max_length=500, required=False, help_text=_("Names, with commas")
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Priority.choices, coerce=int, required=False
    )
    labels = forms.CharField(
        label=_("Labels"), max_length=500, required=False, help_text=_("Words, with commas")
    )
    cycle = forms.ModelChoiceField(
        label=_("Cycle"), queryset=Cycle.objects.none(), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._project = project
        cycles = Cycle.objects.filter(project=project)
        self.fields["cycle"].queryset = cycles  # type: ignore[attr-defined]
        self.people = readers_of(project)
        for name in ("assignees", "labels"):
            self.fields[name].widget.attrs["list"] = f"known-{name}"

    @classmethod
    def showing(cls, work: Work, project: Project) -> "WorkForm":
        """Return the form with what is known."""
        initial = {
            "version": work.version,
            "assignees": typed.shown(work, "assignees"),
            "priority": work.priority,
            "labels": typed.shown(work, "labels"),
            "cycle": work.cycle,
        }
        return cls(project=project, initial=initial)

    @property
    def known_people(self) -> list[str]:
        """What names each person who may be assigned."""
        return list(shown_labels(self.people).values())

    def clean_assignees(self) -> list[Any]:
        return self._read("assignees")

    def clean_priority(self) -> int:
        return int(self.cleaned_data["priority"] or Priority.NONE)

    def clean_labels(self) -> list[Any]:
        return self._read("labels")

    def _read(self, name: str) -> list[Any]:
        try:
            found: list[Any] = typed.read(self._project, name, self.cleaned_data[name])[name]
        except ValidationError as error:
            raise forms.ValidationError(error.messages) from None
        return found


class CycleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A time box."""

    class Meta:
        model = Cycle
        fields = ["name", "first_day", "last_day"]
        widgets = {
            "first_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }


class LabelForm(forms.Form):
    """What a label is called, and its colour."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    name = forms.CharField(label=_("Name"), max_length=40)
    colour = forms.ChoiceField(label=_("Colour"), choices=Colour.choices)

    @classmethod
    def of(cls, label: Label, data: Any = None) -> "LabelForm":
        """Return the form with what is known, or with what was sent."""
        known = {"name": label.name, "colour": label.colour, "version": label.version}
        return cls(data, initial=known)


class RelationForm(forms.Form):
    """Another task that belongs to this one."""

    kind = forms.ChoiceField(label=_("How"), choices=RelationKind.choices)
    number = forms.IntegerField(
        label=_("Number of the other task"), min_value=1, max_value=2**31 - 1
    )

    def __init__(self, *args: Any, scenario: Scenario, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._scenario = scenario

    def clean_number(self) -> Task:
        number = self.cleaned_data["number"]
        rows = Task.objects.filter(scenario=self._scenario, number=number)
        found = selectors.with_scenario(rows).first()
        if found is None:
            raise forms.ValidationError(_("There is no task of that number here."))
        return found
