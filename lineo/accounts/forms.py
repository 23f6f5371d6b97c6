"""What people fill in at the door. Whether it fits is the services' to say."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from django import forms
from django.utils.translation import gettext_lazy as _

from lineo.accounts import limits
from lineo.accounts.models import User


class SignInForm(account.LoginForm):  # type: ignore[misc]
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}


class SignUpForm(account.SignupForm):  # type: ignore[misc]
    """Name, e-mail and a password."""

    field_order = ["name", "email", "password1"]
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["email"].widget.attrs.pop("autofocus", None)

    def custom_signup(self, request: Any, user: User) -> None:
        """Keep the name; allauth knows none."""
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])


class ResetPasswordForm(account.ResetPasswordForm):  # type: ignore[misc]
    """The address whose password is forgotten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs.pop("placeholder", None)


class AddressForm(account.AddEmailForm):  # type: ignore[misc]
    """The address that somebody has from now on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs.pop("placeholder", None)


class _NewPassword(forms.Form):
    """A password twice, labelled as the rest of Lineo does."""

    LABELS = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class ChangePasswordForm(_NewPassword, account.ChangePasswordForm):  # type: ignore[misc]
    """Another password for whoever knows the one of now."""


class SetPasswordForm(_NewPassword, account.SetPasswordForm):  # type: ignore[misc]
    """A password for whoever signs in elsewhere and has none."""


class NewPasswordForm(_NewPassword, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """A password for whoever forgot theirs."""


class _OneTimeCode(forms.Form):
    """A code of the second factor, each once: not even twice at the same moment."""

    user: User

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not limits.claim_code(self.user.pk, code):
            raise forms.ValidationError(_("This code was used already. Wait for the next one."))
        return code

    def shape(self) -> None:
        """Label the field as the rest of Lineo does."""
        self.fields["code"].label = _("Code")
        attributes = {"autocomplete": "one-time-code", "autofocus": True}
        self.fields["code"].widget.attrs.pop("placeholder", None)
        self.fields["code"].widget.attrs |= attributes


class CodeForm(_OneTimeCode, mfa.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shape()


class CodeAgainForm(_OneTimeCode, mfa.ReauthenticateForm):  # type: ignore[misc]
    """A code before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shape()


class ProfileForm(forms.Form):
    """What a person says of themselves."""

    name = forms.CharField(label=_("Name"), max_length=120)
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        help_text=_("Such as Europe/Berlin: notes and histories are dated by it."),
    )


class WorkspaceForm(forms.Form):
    """A workspace to be."""

    name = forms.CharField(label=_("Name of the workspace"), max_length=120)
