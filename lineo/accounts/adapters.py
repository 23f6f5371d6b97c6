"""What Lineo decides of allauth's ways in: who may sign up, what is counted, what is kept how."""

import base64
import hashlib
import logging
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lineo.accounts import invitations
from lineo.accounts.models import User
from lineo.requests import address_of

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts by e-mail address and password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password don't fit together."),
        "invalid_login": _("This e-mail address and password don't fit together."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Let everybody sign up where the site is open, and whoever was invited everywhere."""
        return bool(settings.SIGN_UP_IS_OPEN) or invitations.is_held(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave counting to the entrance, which counted before anything was hashed."""

    def clean_email(self, email: str) -> str:
        """Keep addresses in lower case, as people are found by them."""
        return str(super().clean_email(email)).strip().lower()

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the caller's address; a proxy's word for it counts where one is configured."""
        return address_of(request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing of signing in and out; the page that follows says it."""
        template = kwargs.get("message_template") or (args[2] if len(args) > 2 else "") or ""
        if "logged_" not in str(template):
            super().add_message(*args, **kwargs)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors, whose secrets are kept encrypted under the site's key."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # The site's key has changed since: no code fits a secret that nobody knows.
            logger.error("A second factor was kept under another LINEO_SECRET_KEY.")
            return base64.b32encode(secrets.token_bytes(20)).decode()


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by OpenID Connect: whom the provider lets in may have an account."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """The provider was chosen by whoever runs the site, and knows who its people are."""
        return True

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> User:
        """Take over the name, for Lineo keeps one and not two."""
        user: User = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        user.name = (data.get("name") or " ".join(filter(None, parts)))[:120]
        return user


def _cipher() -> Fernet:
    key = hashlib.sha256(b"lineo.second-factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
