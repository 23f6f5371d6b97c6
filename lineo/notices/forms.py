"""How somebody wants to be told, and of which dates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lineo.notices.models import Digest, Direction, NoticeKind, NoticeSettings, Way
from planning import selectors
from planning.models import Project, Scenario


class SettingsForm(forms.Form):
    """A way for each kind, and how often mail is gathered."""

    digest = forms.ChoiceField(label=_("Mail is gathered"), choices=Digest.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in NoticeKind:
            self.fields[kind.value] = forms.ChoiceField(label=kind.label, choices=Way.choices)

    @classmethod
    def showing(cls, row: NoticeSettings) -> "SettingsForm":
        """Return the form with what is chosen."""
        ways = {kind.value: row.way_of(kind) for kind in NoticeKind}
        return cls(initial={"digest": row.digest, **ways})


class WatchForm(forms.Form):
    """Tell me when the chance of a day passes a threshold."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    direction = forms.ChoiceField(label=_("Tell me when its chance"), choices=Direction.choices)
    percent = forms.FloatField(label=_("Threshold, %"), min_value=1, max_value=99, initial=70)
    scenario = forms.ModelChoiceField(
        label=_("In"),
        queryset=Scenario.objects.none(),
        required=False,
        empty_label=_("whichever is the baseline"),
    )

    def __init__(self, *args: Any, project: Project, who: selectors.Who, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        live = selectors.scenarios_for(who).filter(project=project, archived_at=None)
        self.fields["scenario"].queryset = live  # type: ignore[attr-defined]
