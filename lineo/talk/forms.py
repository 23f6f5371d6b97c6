"""What people write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lineo.talk.models import MOST_CHARACTERS
from planning import selectors
from planning.models import Project, Scenario

MOST_UPDATE_CHARACTERS = 50_000


class CommentForm(forms.Form):
    """A comment, in markdown."""

    body = forms.CharField(
        label=_("Comment"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write something first.")},
    )


class UpdateForm(forms.Form):
    """A narrative update, in markdown."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    body = forms.CharField(
        label=_("What happened, and what does it mean?"),
        max_length=MOST_UPDATE_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Markdown: **bold**, *italic*, - list"),
    )
    scenario = forms.ModelChoiceField(
        label=_("About"),
        queryset=Scenario.objects.none(),
        required=False,
        empty_label=_("The whole project"),
    )

    def __init__(self, *args: Any, project: Project, who: selectors.Who, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        live = selectors.scenarios_for(who).filter(project=project, archived_at=None)
        self.fields["scenario"].queryset = live  # type: ignore[attr-defined]
