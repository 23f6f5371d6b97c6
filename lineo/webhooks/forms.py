"""What is typed of a webhook."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class WebhookForm(forms.Form):
    """An address, what it is for, and which events it is told."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": "https://", "inputmode": "url"}),
        help_text=_("Messages are sent there by POST, signed as Standard Webhooks has it."),
    )
    description = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    events = forms.CharField(
        label=_("Events"),
        max_length=2000,
        required=False,
        help_text=_("Such as scenario.promoted or project.*, apart by blanks; empty for all."),
    )

    def clean_events(self) -> list[str]:
        """Return the patterns, however they are set apart."""
        return [one for one in re.split(r"[\s,;]+", self.cleaned_data["events"]) if one]

    @classmethod
    def of(cls, webhook: Any) -> "WebhookForm":
        """Return the form as the webhook stands."""
        words = " ".join(webhook.events)
        return cls(
            initial={"url": webhook.url, "description": webhook.description, "events": words}
        )
