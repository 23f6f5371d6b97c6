"""A risk as a form: its probability and impacts, before and after mitigation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from planning import snapshot
from planning.core.plan import Impact, Mitigation, PlanError, Risk
from planning.forms.fields import units_of
from planning.models import Scenario
from planning.typed import task_links
from planning.typed.impacts import impacts_of_text, text_of_impacts

IMPACT_HELP = gettext_lazy("One a line: a task’s number, then days or per cent. 12: 3..5..10d")


class RiskForm(forms.Form):
    """What may happen, how likely it is, and what it adds to which tasks."""

    name = forms.CharField(label=gettext_lazy("Risk"), max_length=300)
    probability = forms.FloatField(label=gettext_lazy("Probability, %"), min_value=0, max_value=100)
    impacts = forms.CharField(
        label=gettext_lazy("Impacts"), widget=forms.Textarea({"rows": 3}), help_text=IMPACT_HELP
    )
    probability_after = forms.FloatField(
        label=gettext_lazy("Probability once mitigated, %"),
        min_value=0,
        max_value=100,
        required=False,
    )
    impacts_after = forms.CharField(
        label=gettext_lazy("Impacts once mitigated"),
        widget=forms.Textarea({"rows": 3}),
        required=False,
    )
    cost = forms.FloatField(label=gettext_lazy("Cost of mitigation"), min_value=0, required=False)

    def __init__(self, data: Any = None, *, scenario: Scenario, risk: Risk | None = None) -> None:
        self._scenario = scenario
        self._units = units_of(scenario)
        self._numbers = task_links.numbers_of(scenario)
        self._risk = risk
        super().__init__(data, initial=self._initial(risk) if risk else {})

    def clean_impacts(self) -> tuple[Impact, ...]:
        return self._impacts(self.cleaned_data["impacts"])

    def clean_impacts_after(self) -> tuple[Impact, ...]:
        return self._impacts(self.cleaned_data["impacts_after"])

    def value(self) -> Risk:
        """Return the risk as the plan holds it."""
        given = self.cleaned_data
        return Risk(
            key=self._risk.key if self._risk else self._free_key(),
            name=given["name"],
            probability=given["probability"] / 100,
            impacts=given["impacts"],
            after=self._mitigation(),
        )

    def _mitigation(self) -> Mitigation | None:
        given = self.cleaned_data
        if given["probability_after"] is None and not given["impacts_after"]:
            return None
        chance = given["probability_after"]
        return Mitigation(
            probability=(given["probability"] if chance is None else chance) / 100,
            impacts=given["impacts_after"] or given["impacts"],
            cost=given["cost"],
        )

    def _impacts(self, typed: str) -> tuple[Impact, ...]:
        try:
            return impacts_of_text(typed, self._numbers, self._units)
        except PlanError as error:
            raise ValidationError(str(error)) from error

    def _initial(self, risk: Risk) -> dict[str, Any]:
        after = risk.after
        initial: dict[str, Any] = {
            "name": risk.name,
            "probability": _plain(risk.probability * 100),
            "impacts": text_of_impacts(risk.impacts, self._numbers, self._units),
        }
        if after:
            initial["probability_after"] = _plain(after.probability * 100)
            initial["impacts_after"] = text_of_impacts(after.impacts, self._numbers, self._units)
            initial["cost"] = None if after.cost is None else _plain(after.cost)
        return initial

    def _free_key(self) -> str:
        """Return a key that no risk of the plan has."""
        taken = {risk.key for risk in snapshot.plan_of(self._scenario).risks}
        number = len(taken) + 1
        while f"R{number}" in taken:
            number += 1
        return f"R{number}"


def _plain(number: float) -> float | int:
    """Return the number as people write it: 25, and not 25.0."""
    rounded = round(number, 4)
    return int(rounded) if rounded == int(rounded) else rounded
