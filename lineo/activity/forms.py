"""What someone looks for in the audit trail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import Membership
from lineo.activity.trail import Asked, actions_in, actors_in


class _Day(forms.DateInput):
    input_type = "date"


class TrailForm(forms.Form):
    """A filter: every field may be left out."""

    q = forms.CharField(
        label=_("Object, request id or words"), max_length=200, required=False, strip=True
    )
    actor = forms.ChoiceField(label=_("Who"), required=False)
    action = forms.ChoiceField(label=_("Action"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=_Day(format="%Y-%m-%d"))
    until = forms.DateField(label=_("To"), required=False, widget=_Day(format="%Y-%m-%d"))
    subject = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(one.pk), str(one)) for one in actors_in(membership)]
        actions = [(one, one) for one in actions_in(membership)]
        self.fields["actor"] = forms.ChoiceField(
            label=_("Who"), required=False, choices=[("", _("Anyone")), *people]
        )
        self.fields["action"] = forms.ChoiceField(
            label=_("Action"), required=False, choices=[("", _("Anything")), *actions]
        )

    def asked(self) -> Asked:
        """Return what is looked for; what makes no sense is left out."""
        found = self.cleaned_data
        return Asked(
            actor=found.get("actor") or None,
            action=found.get("action") or "",
            subject=found.get("subject"),
            text=found.get("q") or "",
            since=found.get("since"),
            until=found.get("until"),
        )
