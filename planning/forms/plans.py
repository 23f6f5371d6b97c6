"""Small forms: a project, a file, a name, a new task."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.forms.fields import DateInput, duration_or_error, meanwhile, units_of
from planning.models import Scenario
from planning.models.project import ProjectType
from planning.models.scenario import Colour
from planning.services.promotions import Seen

MAX_FILE_BYTES = 20 * 1024 * 1024


CONTINENTS = {
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
}


class CreateProjectForm(forms.Form):
    """A project with an empty plan."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    start = forms.DateField(label=gettext_lazy("Starts on"), widget=DateInput)
    type = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=ProjectType.choices, initial=ProjectType.OTHER
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), widget=forms.Select(attrs={"data-zone": True})
    )

    def __init__(self, *args: Any, time_zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted({zone for zone in available_timezones() if _is_a_place(zone)} | {time_zone})
        self.fields["time_zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]
        self.fields["time_zone"].initial = time_zone
        self.fields["start"].initial = timezone.localdate()


def _is_a_place(zone: str) -> bool:
    """Whether people live there: the database also holds “Factory”, “GMT+5” and former names."""
    return zone == "UTC" or zone.partition("/")[0] in CONTINENTS


class ImportForm(forms.Form):
    """A plan file of another tool."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".xml,.xer,.csv,.json,.gan,.mpp,.zip"}),
    )
    once = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise ValidationError(_("A file may have 20 MB at most."))
        return file


class BranchForm(forms.Form):
    """What a branch is called, and what it is to try."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    description = forms.CharField(
        label=gettext_lazy("What it tries"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ScenarioDetailsForm(BranchForm):
    """What is said of a scenario: its plan has pages of its own."""

    colour = forms.ChoiceField(label=gettext_lazy("Colour"), choices=Colour, required=False)
    cost = forms.DecimalField(
        label=gettext_lazy("Cost"),
        help_text=gettext_lazy("One number for the whole plan, in your own currency."),
        required=False,
        max_digits=16,
        decimal_places=2,
        min_value=-(10**13),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        if "version" in self.errors:
            self.add_error(
                None, _("This does not say which version you looked at: open the page again.")
            )
        return self.cleaned_data

    def beside(self, current: Scenario) -> "ScenarioDetailsForm":
        """Return what was typed beside what somebody else has saved meanwhile."""
        form = ScenarioDetailsForm({**self.cleaned_data, "version": current.version})
        form.full_clean()
        for name in self.fields:
            held = getattr(current, name)
            if name != "version" and form.cleaned_data[name] != held:
                form.add_error(name, meanwhile(form.fields[name], held))
        return form


class PromoteForm(forms.Form):
    """Why this plan is promised, and what was looked at when it was decided."""

    reason = forms.CharField(
        label=gettext_lazy("Why this plan?"),
        help_text=gettext_lazy("It stays in the lineage, for whoever asks later."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    baseline = forms.UUIDField(widget=forms.HiddenInput)
    baseline_revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def seen(self) -> Seen:
        """Return what the person looked at."""
        data = self.cleaned_data
        return Seen(data["baseline"], data["baseline_revision"], data["revision"])


class AddTaskForm(forms.Form):
    """One new task: its name, and its duration if it is known."""

    name = forms.CharField(label=gettext_lazy("Task"), max_length=500)
    duration = forms.CharField(label=gettext_lazy("Duration"), max_length=60, required=False)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, scenario: Scenario, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = units_of(scenario)

    def clean_duration(self) -> dict[str, Any]:
        return duration_or_error(self.cleaned_data["duration"], self._units)
