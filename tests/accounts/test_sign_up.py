"""Making an account, confirming its address, the second step, another password, sessions."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from lineo.accounts.limits import TRIES_PER_ACCOUNT
from lineo.accounts.models import User
from lineo.accounts.tenancy import workspace_context
from lineo.activity.models import AuditEntry
from lineo.jobs.sweeper import sweep
from tests.accounts.builders import PASSWORD, make_person_with_password, make_workspace

pytestmark = pytest.mark.django_db

NEW = {"name": "Ada Lovelace", "email": "ada@example.org", "password1": PASSWORD}


def sign_up(client, **fields):
    return client.post("/sign-up/", {**NEW, **fields})


def sign_in(client, email, password=PASSWORD):
    return client.post("/sign-in/", {"login": email, "password": password})


def link_in(mail) -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", mail.body)[1]


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1 + steps]))


def without_tokens(response) -> str:
    return re.sub('value="[^"]{64}"', "", response.text)


@pytest.fixture
def second_step(client):
    """Somebody with an app, and its secret; signed out."""
    ada = make_person_with_password()
    make_workspace(owner=ada)
    sign_in(client, ada.email)
    again = client.get("/settings/second-step/app/").url
    assert again.startswith("/sign-in/again/?next=")
    assert client.post(again, {"password": "wrong"}).status_code == 422
    page = client.get(client.post(again, {"password": PASSWORD}).url)
    secret = re.search(r'id="secret">(\w+)<', page.text)[1]
    assert client.post("/settings/second-step/app/", {"code": code_of(secret)}).status_code == 302
    client.post("/sign-out/")
    return ada, secret


def test_an_account_opens_when_its_address_is_confirmed(client, mailoutbox):
    assert sign_up(client).url == "/confirm-email/"
    assert sign_in(Client(), NEW["email"]).url == "/confirm-email/"

    link = link_in(mailoutbox[0])
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 302

    inside = Client()
    assert sign_in(inside, NEW["email"]).url == "/"
    assert inside.session["_auth_user_id"]
    assert User.objects.get().name == "Ada Lovelace"


def test_looking_at_the_link_confirms_nothing(client, mailoutbox):
    sign_up(client)
    client.get(link_in(mailoutbox[0]))

    assert sign_in(Client(), NEW["email"]).url == "/confirm-email/"


def test_signing_up_tells_nobody_which_accounts_there_are(client, mailoutbox):
    known = make_person_with_password(email="known@example.org")

    taken, free = sign_up(Client(), email=known.email), sign_up(Client(), email="new@example.org")

    assert (taken.status_code, taken.url) == (free.status_code, free.url)
    assert without_tokens(Client().get(taken.url)) == without_tokens(Client().get(free.url))
    assert {mail.to[0] for mail in mailoutbox} == {known.email, "new@example.org"}
    assert User.objects.filter(email=known.email).count() == 1


def test_a_forgotten_password_tells_nobody_either(client, mailoutbox):
    known = make_person_with_password()

    answers = [
        client.post("/reset-password/", {"email": email})
        for email in (known.email, "nobody@example.org")
    ]

    assert {(answer.status_code, answer.url) for answer in answers} == {
        (302, "/reset-password/sent/")
    }


def test_another_password_by_mail(client, mailoutbox):
    ada = make_person_with_password()
    client.post("/reset-password/", {"email": ada.email})

    link = client.get(link_in(mailoutbox[0])).url
    changed = client.post(
        link, {"password1": "quite another one", "password2": "quite another one"}
    )

    assert changed.url == "/reset-password/done/"
    assert sign_in(client, ada.email).status_code == 422
    assert sign_in(client, ada.email, "quite another one").status_code == 302
    assert Client().get(link_in(mailoutbox[0])).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("password1", "short"), ("password1", "12345678901"), ("email", "nobody"), ("name", "")],
)
def test_what_is_wrong_is_told_and_nothing_is_made(client, field, value):
    answer = sign_up(client, **{field: value})

    assert answer.status_code == 422
    assert "errorlist" in answer.text
    assert not User.objects.exists()


def test_nobody_signs_up_with_more_than_the_form_has(client):
    sign_up(client, is_staff="1", is_active="0", is_agent="1", id="x")

    made = User.objects.get()
    assert (made.is_staff, made.is_active, made.is_agent) == (False, True, False)


def test_a_closed_site_says_so(client, settings):
    settings.SIGN_UP_IS_OPEN = False

    assert sign_up(client).status_code == 200
    assert not User.objects.exists()


def test_letters_are_counted(client, mailoutbox):
    ada = make_person_with_password()

    codes = [client.post("/reset-password/", {"email": ada.email}).status_code for _ in range(7)]

    assert codes == [302] * 5 + [429] * 2
    assert len(mailoutbox) == 5


def test_the_second_step_asks_for_a_code(client, second_step):
    ada, secret = second_step

    assert sign_in(client, ada.email).url == "/sign-in/code/"
    assert "_auth_user_id" not in client.session
    assert client.get("/", follow=False).status_code == 302
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    assert client.post("/sign-in/code/", {"code": code_of(secret, 1)}).status_code == 302
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_a_wrong_code_is_in_the_trail(client, second_step):
    person, secret = second_step
    with workspace_context(None, person):
        workspace = person.memberships.get().workspace
    sign_in(client, person.email)
    client.post("/sign-in/code/", {"code": "000000"})
    client.post("/sign-in/code/", {"code": code_of(secret, 1)})
    sweep()

    with workspace_context(workspace, None):
        told = AuditEntry.objects.filter(action="person.sign_in_failed")
        assert [(row.subject_id, row.after) for row in told] == [(person.pk, "code")]


def test_a_code_opens_once(client, second_step):
    ada, secret = second_step
    code = code_of(secret, 1)
    first, second = Client(), Client()
    for one in (first, second):
        sign_in(one, ada.email)

    assert first.post("/sign-in/code/", {"code": code}).status_code == 302
    assert second.post("/sign-in/code/", {"code": code}).status_code == 422


def test_codes_can_be_tried_ten_times(client, second_step):
    ada, secret = second_step
    sign_in(client, ada.email)

    codes = [client.post("/sign-in/code/", {"code": f"{n:06}"}).status_code for n in range(12)]

    assert codes == [422] * TRIES_PER_ACCOUNT + [429] * 2
    assert client.post("/sign-in/code/", {"code": code_of(secret, 1)}).status_code == 429


def test_a_recovery_code_lets_in_once(client, second_step):
    ada, _ = second_step
    row = Authenticator.objects.get(user=ada, type=Authenticator.Type.RECOVERY_CODES)
    code = row.wrap().get_unused_codes()[0]

    for expected in (302, 422):
        again = Client()
        sign_in(again, ada.email)
        assert again.post("/sign-in/code/", {"code": code}).status_code == expected


def test_the_secret_of_an_app_is_kept_encrypted(second_step):
    ada, secret = second_step

    kept = str(Authenticator.objects.filter(user=ada).values_list("data", flat=True))

    assert secret not in kept


def test_sessions_are_listed_and_ended(client):
    ada = make_person_with_password()
    other = Client()
    for one in (client, other):
        sign_in(one, ada.email)

    page = client.get("/settings/sessions/")
    assert page.text.count("<tr>") == 3
    assert client.post("/settings/sessions/end-others/").status_code == 302

    assert other.get("/settings/").status_code == 302
    assert client.get("/settings/").status_code == 200


def test_nobody_ends_the_session_of_another(client):
    ada, eve = make_person_with_password("Ada"), make_person_with_password("Eve")
    theirs = Client()
    sign_in(theirs, ada.email)
    sign_in(client, eve.email)
    row = ada.usersession_set.get()

    client.post(f"/settings/sessions/{row.pk}/end/")

    assert theirs.get("/settings/").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/settings/",
        "/settings/email/",
        "/settings/password/",
        "/settings/second-step/",
        "/settings/sessions/",
        "/settings/connections/",
        "/settings/tokens/",
        "/people/",
        "/people/agents/",
        "/people/rules/",
        "/workspaces/",
    ],
)
def test_every_settings_page_is_there_for_its_person_and_for_nobody_else(client, address):
    ada = make_person_with_password()
    make_workspace(owner=ada)
    assert client.get(address).status_code == 302
    sign_in(client, ada.email)

    page = client.get(address)

    assert page.status_code == 200
    assert "style=" not in page.text
    assert "<script>" not in page.text


def test_a_person_says_who_they_are(client):
    ada = make_person_with_password()
    sign_in(client, ada.email)

    good = client.post("/settings/", {"name": "Countess", "time_zone": "Europe/London"})
    bad = client.post("/settings/", {"name": "Countess", "time_zone": "Nowhere"})

    ada.refresh_from_db()
    assert (good.status_code, bad.status_code) == (302, 422)
    assert (ada.name, ada.time_zone) == ("Countess", "Europe/London")


@pytest.mark.parametrize(
    ("address", "labels"),
    [
        ("/settings/email/", ["E-mail"]),
        ("/settings/password/", ["Current password", "New password", "New password again"]),
    ],
)
def test_what_is_changed_later_is_labelled_as_at_the_door(client, address, labels):
    client.force_login(make_person_with_password())

    page = client.get(address).text

    assert re.findall(r"<label[^>]*>\s*([^<]+?)\s*</label>", page) == labels
    assert "placeholder" not in page.partition('id="main"')[2].partition("</main>")[0]
