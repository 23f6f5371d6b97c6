"""What a person may ask of a simulation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from simulations.models import MAX_ITERATIONS, Simulation
from simulations.services import DEFAULT_ITERATIONS, DEFAULT_STOP_PERCENTILE

LIMITS = ("min_value", "max_value")


class SimulationForm(forms.ModelForm):  # type: ignore[type-arg]
    """How many futures, and when to stop before that; what is left empty is as usual."""

    class Meta:
        model = Simulation
        fields = ("iterations", "stop_band_days", "stop_percentile")
        labels = {
            "iterations": _("Iterations, at most"),
            "stop_band_days": _("Stop once the noise is below (days)"),
            "stop_percentile": _("The noise of which percentile"),
        }
        error_messages = {
            "iterations": dict.fromkeys(LIMITS, _("Ask for 100 to 1,000,000 iterations.")),
            "stop_band_days": dict.fromkeys(
                LIMITS, _("Days of noise lie between 0.01 and 100,000; leave it empty for none.")
            ),
            "stop_percentile": dict.fromkeys(LIMITS, _("A percentile lies between 1 and 99.")),
        }
        widgets = {
            "iterations": forms.NumberInput(attrs={"min": 100, "max": MAX_ITERATIONS}),
            "stop_band_days": forms.NumberInput(attrs={"min": 0.01, "step": "any"}),
            "stop_percentile": forms.NumberInput(attrs={"min": 1, "max": 99}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def clean_iterations(self) -> int:
        """Return how many iterations were asked for, as many as usual if nothing was said."""
        return self.cleaned_data["iterations"] or DEFAULT_ITERATIONS

    def clean_stop_percentile(self) -> int:
        """Return whose noise counts, P80's if nothing was said."""
        return self.cleaned_data["stop_percentile"] or DEFAULT_STOP_PERCENTILE
