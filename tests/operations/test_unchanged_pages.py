"""Pages that have not changed are not sent again, and nobody sees what is not for them."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import PolicyRule, Role
from lineo.accounts.policy import Action
from lineo.jobs.entry import run_waiting
from lineo.portfolio.models import JointForecast
from planning.models import Scenario
from planning.services import tasks
from simulations.models import Simulation
from tests.builders import Team, join, make_baseline, make_chain, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team(role=Role.OWNER)


@pytest.fixture
def scenario(team: Team) -> Scenario:
    with team.context():
        scenario = make_baseline(team)
        make_chain(scenario, "Dig", "Pour", team=team)
        return scenario


@pytest.fixture
def address(scenario: Scenario) -> str:
    return reverse("planning:scenario", args=[scenario.pk])


def signed_in(person: Any) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    return client


def again(client: Client, address: str, tag: str) -> Any:
    return client.get(address, headers={"if-none-match": tag})


def test_a_page_that_has_not_changed_is_told_in_no_bytes(team: Team, address: str) -> None:
    client = signed_in(team.person)

    first, second = client.get(address), client.get(address)
    known = again(client, address, first["ETag"])

    assert first.content != second.content, "the mask of the token is another"
    assert first["ETag"] == second["ETag"]
    assert (known.status_code, known.content) == (304, b"")
    assert known["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "HX-Request"} <= set(re.split(r",\s*", known["Vary"]))
    # Headers that protect a page stay with it.
    assert known["Content-Security-Policy"] == first["Content-Security-Policy"]


def test_what_the_browser_kept_can_still_be_sent(team: Team, address: str) -> None:
    client = signed_in(team.person)
    first = client.get(address)
    token = re.search(r'X-CSRFToken": "(\w{64})"', first.text)
    again(client, address, first["ETag"])

    assert token
    sent = client.post(reverse("accounts:sign-out"), headers={"x-csrftoken": token[1]})
    forged = client.post(reverse("accounts:sign-out"), headers={"x-csrftoken": "a" * 64})

    assert (sent.status_code, forged.status_code) == (302, 403)


def test_a_change_makes_another_page(team: Team, scenario: Scenario, address: str) -> None:
    client = signed_in(team.person)
    tag = client.get(address)["ETag"]

    with team.context():
        dig = scenario.tasks.get(name="Dig").key
        tasks.edit_task(scenario, dig, actor=team.person, name="Dig deep")
    changed = again(client, address, tag)

    assert changed.status_code == 200
    assert "Dig deep" in changed.text


def test_the_tag_of_one_person_is_worth_nothing_to_another(team: Team, address: str) -> None:
    tag = signed_in(team.person).get(address)["ETag"]
    colleague = signed_in(join(team, Role.OWNER))
    stranger = signed_in(make_team("Elsewhere").person)

    assert again(colleague, address, tag).status_code == 200
    assert again(stranger, address, tag).status_code == 404
    assert again(Client(), address, tag).status_code == 302


def test_a_rule_that_was_laid_since_counts(team: Team, scenario: Scenario, address: str) -> None:
    viewer = join(team, Role.VIEWER)
    client = signed_in(viewer)
    tag = client.get(address)["ETag"]

    with team.context():
        PolicyRule.objects.create(
            person=viewer,
            action=Action.READ,
            allows=False,
            kind="task",
            subject_id=scenario.project_id,
            task_key=scenario.tasks.get(name="Pour").key,
        )
    hidden = again(client, address, tag)

    assert hidden.status_code == 200
    assert "Pour" not in hidden.text


@pytest.mark.parametrize("page", ["simulations:forecast", "simulations:compare", "portfolio"])
def test_a_page_with_a_form_that_asks_for_a_job_is_the_same_page_again(
    team: Team, scenario: Scenario, page: str
) -> None:
    client = signed_in(team.person)
    args = {"simulations:forecast": [scenario.pk], "simulations:compare": [scenario.project_id]}
    address = reverse(page if ":" in page else "portfolio:portfolio", args=args.get(page))

    first = client.get(address)

    assert again(client, address, first["ETag"]).status_code == 304


def test_two_clicks_on_one_page_ask_once_and_a_click_on_the_next_asks_again(
    team: Team, scenario: Scenario
) -> None:
    client = Client()
    client.force_login(team.person)

    def shown_key() -> str:
        page = client.get(reverse("simulations:forecast", args=[scenario.pk])).text
        return re.findall(r'name="idempotency_key" value="(\w+)"', page)[0]

    def ask(key: str, iterations: int = 200) -> int:
        words = {"idempotency_key": key, "iterations": iterations}
        answer = client.post(reverse("simulations:simulate", args=[scenario.pk]), words)
        assert answer.status_code == 302
        with team.context():
            return Simulation.objects.filter(scenario=scenario).count()

    key = shown_key()
    asked = [ask(key), ask(key), ask(key, 300)]
    while run_waiting():
        pass

    assert asked == [1, 1, 2]
    assert shown_key() == shown_key() != key
    assert ask(shown_key()) == 3


def test_a_page_left_open_asks_anew_once_the_plan_is_another(
    team: Team, scenario: Scenario
) -> None:
    """Two tabs show one key: the plan that the first asked about is not that of the second."""
    client = Client()
    client.force_login(team.person)
    simulate = reverse("simulations:simulate", args=[scenario.pk])
    addresses = [simulate, reverse("portfolio:draw")]
    words = {"idempotency_key": "shown in both", "iterations": 200}

    for address in addresses * 2:
        client.post(address, words)
    with team.context():
        dig = scenario.tasks.get(name="Dig").key
        tasks.edit_task(scenario, dig, actor=team.person, name="Dig deep")
        scenario.refresh_from_db()
    for address in addresses:
        client.post(address, words)

    with team.context():
        asked = Simulation.objects.filter(scenario=scenario).values_list("revision", flat=True)
        assert scenario.revision in asked
        assert JointForecast.objects.count() == 2


def test_what_is_said_once_is_said_once(team: Team, scenario: Scenario) -> None:
    client = Client()
    client.force_login(team.person)
    portfolio = reverse("portfolio:portfolio")
    tag = client.get(portfolio)["ETag"]

    said = client.post(
        reverse("portfolio:shown", args=[scenario.project_id]), {"scenario": scenario.pk}
    )
    told, after = again(client, portfolio, tag), again(client, portfolio, tag)

    assert said.status_code == 302
    assert "shows" in told.text
    assert (told.status_code, after.status_code) == (200, 304)


def test_what_a_script_fetches_is_left_as_it_is(team: Team, address: str) -> None:
    answer = signed_in(team.person).get(address, headers={"sec-fetch-dest": "empty"})

    assert answer.status_code == 200
    assert "ETag" not in answer


def test_what_must_not_be_kept_has_no_tag() -> None:
    answer = Client().get(reverse("accounts:sign-in"))

    assert "no-store" in answer["Cache-Control"]
    assert "ETag" not in answer
