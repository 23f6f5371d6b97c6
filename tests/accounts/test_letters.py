"""Letters about accounts: our own, in plain words, with the one link that they are for."""

import re
from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client

from tests.accounts.builders import PASSWORD, make_person_with_password, make_workspace

pytestmark = pytest.mark.django_db

# Codes by mail and hardware keys are not switched on.
NOT_SENT = re.compile(r"code_(message|subject)|webauthn")
THEIRS = Path(allauth.__file__).parent / "templates"
LETTERS = sorted(
    str(path.relative_to(THEIRS))
    for path in THEIRS.glob("*/email/*.txt")
    if not NOT_SENT.search(path.name)
)


@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_that_is_sent_is_our_own(name):
    origin = Path(get_template(name).origin.name)

    assert settings.BASE_DIR / "templates" in origin.parents


def asked_for(deed):
    """Do what makes a letter be sent."""
    ada, client = make_person_with_password(email="ada@example.org"), Client()
    make_workspace(owner=ada)
    new = {"name": "Bo", "password1": PASSWORD}
    match deed:
        case "sign up":
            client.post("/sign-up/", {**new, "email": "bo@example.org"})
        case "sign up again":
            client.post("/sign-up/", {**new, "email": ada.email})
        case "forget":
            client.post("/reset-password/", {"email": ada.email})
        case "mistake":
            client.post("/reset-password/", {"email": "nobody@example.org"})
        case "change":
            client.post("/sign-in/", {"login": ada.email, "password": PASSWORD})
            again = {"password1": "another horse battery", "password2": "another horse battery"}
            client.post("/settings/password/", {"oldpassword": PASSWORD, **again})


@pytest.mark.parametrize(
    ("deed", "subject", "link"),
    [
        ("sign up", "Confirm your e-mail address for Lineo", "/confirm-email/"),
        ("sign up again", "You have an account on Lineo already", "/reset-password/"),
        ("forget", "Set another password for Lineo", "/reset-password/"),
        ("mistake", "There is no account of yours on Lineo", "/sign-up/"),
        ("change", "Your password was changed", "/reset-password/"),
    ],
)
def test_a_letter_says_what_it_is_for_and_gives_one_link(mailoutbox, deed, subject, link):
    asked_for(deed)

    (letter,) = mailoutbox
    links = re.findall(r"^https?://testserver(/\S+)$", letter.body, re.MULTILINE)
    assert letter.subject == subject
    assert letter.from_email == settings.DEFAULT_FROM_EMAIL
    assert [found.startswith(link) for found in links] == [True]
    assert "If " in letter.body
    assert letter.body.endswith("--\nLineo, testserver")
    assert "&#" not in letter.body
    assert "\n\n\n" not in letter.body
