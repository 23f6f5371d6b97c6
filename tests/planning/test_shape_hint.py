"""A duration shows what it means while it is typed."""

import pytest
from django.test import Client
from django.urls import reverse

from planning.models import Scenario
from tests.builders import Team, make_team


@pytest.mark.parametrize(
    ("text", "words", "has_shape"),
    [
        ("5d", "Certain, planned as 5 d", False),
        ("3..8d", "Uniform, planned as", True),
        ("3..5..10d", "PERT, planned as 5 d", True),
        ("5 ± 2d", "Normal, planned as 5 d", True),
        ("P10 8 P90 18d", "Lognormal, planned as 12 d", True),
        ("3..", "write a range such as", False),
        ("", "", False),
        ("<b>" * 40, "write", False),
    ],
)
def test_the_shape_and_the_kind_of_what_is_typed(
    client: Client, team: Team, scenario: Scenario, text: str, words: str, has_shape: bool
):
    client.force_login(team.person)

    response = client.get(reverse("planning:shape", args=[scenario.pk]), {"text": text})

    assert response.status_code == 200
    assert words in response.text
    assert ("<path" in response.text) == has_shape
    assert "<b>" not in response.text


def test_strangers_learn_nothing(client: Client, team: Team, scenario: Scenario):
    client.force_login(make_team("Elsewhere").person)

    assert client.get(reverse("planning:shape", args=[scenario.pk])).status_code == 404
