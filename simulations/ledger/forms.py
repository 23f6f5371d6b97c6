"""Forms of the ledger: a date that is given, and one that is taken back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from planning.forms.fields import DateInput, FinishDateField

FINISH = gettext_lazy("The whole project")


class CommitmentForm(forms.Form):
    """A date given to someone."""

    to_whom = forms.CharField(label=gettext_lazy("To whom"), max_length=200)
    milestone = forms.ChoiceField(label=gettext_lazy("For what"), required=False)
    due = FinishDateField(label=gettext_lazy("Date"))
    given_on = forms.DateField(label=gettext_lazy("Given on"), required=False, widget=DateInput)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, milestones: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["milestone"].choices = [("", FINISH), *milestones]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        names = ("to_whom", "due", "given_on", "note")
        return {"milestone_key": data["milestone"], **{name: data[name] for name in names}}


class WithdrawForm(forms.Form):
    """Why a date no longer stands."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it withdrawn?"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
