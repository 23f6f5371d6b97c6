"""A reference as people fill it in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lineo.talk.models import MOST_CHARACTERS, Credibility
from lineo.talk.references.files import TYPES

_ENDINGS = ",".join(f".{ending}" for endings in TYPES.values() for ending in endings)


class ReferenceForm(forms.Form):
    """A link, a file or a note: whichever is given."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "https://", "inputmode": "url"}),
    )
    file = forms.FileField(
        label=_("or a file"),
        max_length=255,
        required=False,
        widget=forms.FileInput(attrs={"accept": _ENDINGS}),
        help_text=_("Documents, pictures and plain text, 25 MB at most"),
    )
    body = forms.CharField(
        label=_("or a note"),
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("a supplier, a past project, an expert")}),
    )
    credibility = forms.ChoiceField(
        label=_("Credibility"),
        choices=[("", _("Not judged")), *Credibility.choices],
        required=False,
    )
    tags = forms.CharField(
        label=_("Tags"), max_length=500, required=False, help_text=_("Separated by commas")
    )

    def clean_tags(self) -> list[str]:
        return [word for word in self.cleaned_data["tags"].split(",") if word.strip()]

    def fields_of_reference(self) -> dict[str, Any]:
        """Return what was given, as the service takes it."""
        given = dict(self.cleaned_data)
        file = given.pop("file", None)
        given["upload"] = (file.name, file.file) if file else None
        return given
