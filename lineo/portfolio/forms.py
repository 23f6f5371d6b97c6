"""The form of a goal."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lineo.accounts.models import Membership, User
from lineo.portfolio import selectors
from lineo.portfolio.models import Goal
from planning import others, veil
from planning.drawing.days_off import calendars_by_key
from planning.forms.fields import DateInput, day_edge
from planning.models import Project, Task


class GoalForm(forms.Form):
    """A date for a project's finish or a milestone, the chance wanted, and whose it is."""

    name = forms.CharField(
        label=gettext_lazy("Goal"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Left empty, it is named after what is to be finished."),
    )
    milestone = forms.ChoiceField(label=gettext_lazy("What is to be finished"), required=False)
    by = forms.DateField(label=gettext_lazy("By"), widget=DateInput)
    wanted = forms.IntegerField(
        label=gettext_lazy("Chance wanted, in %"), min_value=1, max_value=99, initial=80
    )
    owner: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, project: Project, membership: Membership | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.shown = others.shown_of(project)
        people: Any = self.fields["owner"]
        people.queryset = selectors.people_of(membership)
        choices: Any = self.fields["milestone"]
        choices.choices = [("", _("The whole project")), *_milestones(self)]

    @classmethod
    def of(cls, goal: Goal, data: Any = None, *, membership: Membership | None) -> "GoalForm":
        """Return the form that shows a goal."""
        initial = {
            "name": goal.name,
            "milestone": goal.milestone,
            "by": goal.by.date(),
            "wanted": round(goal.wanted * 100),
            "owner": goal.owner_id,
            "version": goal.version,
            # By the API both are finer than the form shows them.
            "kept": {"by": goal.by, "wanted": goal.wanted},
        }
        return cls(data, initial=initial, project=goal.project, membership=membership)

    def fields_of_goal(self) -> dict[str, Any]:
        """Return what the services ask for; a field that nobody changed stays to the minute."""
        given, kept = self.cleaned_data, self.initial.get("kept", {})
        labels = dict(self.fields["milestone"].choices)  # type: ignore[attr-defined]
        subject = labels[given["milestone"]] if given["milestone"] else self.project.name
        fields = {
            "name": given["name"].strip() or str(subject)[:200],
            "milestone": given["milestone"],
            "by": self._last_minute(given["by"]),
            "wanted": given["wanted"] / 100,
            "owner": given["owner"],
        }
        return fields | {name: kept[name] for name in kept if name not in self.changed_data}

    def _last_minute(self, day: date) -> datetime:
        calendars = calendars_by_key(self.shown)
        return day_edge(calendars, self.shown.calendar_key, day, is_start=False)


def _milestones(form: GoalForm) -> list[tuple[str, str]]:
    rows = Task.objects.filter(scenario=form.shown, kind="milestone").order_by("position")
    rows = rows.exclude(pk__in=veil.hidden_ids()).exclude(scenario__in=veil.closed_scenarios())
    found = [
        (key, f"{number} · {name}")
        for key, number, name in rows.values_list("key", "number", "name")
    ]
    known = {key for key, _label in found}
    held = form.initial.get("milestone")
    return found if not held or held in known else [*found, (held, _("A milestone that is gone"))]
