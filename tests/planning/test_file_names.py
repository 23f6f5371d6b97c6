"""Under which names files go out: a project's, without what would mislead whoever saves them."""

import pytest

from tests.api.caller import Caller
from tests.builders import make_baseline

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(team):
    return Caller(team.person)


@pytest.mark.parametrize(
    "name",
    [
        "Foundry\r\nX-Evil: 1\r\n\r\n<script>",
        "Foundry\u202egvs.exe",
        "../../Foundry",
        'Foundry"; filename="evil.html',
        "Foundry\u2028\u200bx",
        "." * 100,
        "鋳造所 Ä",
    ],
)
@pytest.mark.parametrize("file", ["pictures/gantt-svg", "pictures/report-pdf", "export/csv"])
def test_a_name_that_misleads_becomes_a_plain_one(caller, team, name, file):
    scenario = make_baseline(team, name=name)

    answer = caller.get(f"/scenarios/{scenario.pk}/{file}/")

    said = answer["Content-Disposition"]
    assert answer.status_code == 200
    assert said.startswith("attachment; filename")
    assert said.rstrip('"').endswith(f".{file[-3:]}")
    assert not any(bad in said for bad in ("%0D", "%0A", "%E2%80", "/", "\\", '="evil'))
    assert "X-Evil" not in answer.headers


def test_a_picture_has_the_name_of_its_plan(caller, team):
    scenario = make_baseline(team, name="Gießerei")

    answer = caller.get(f"/scenarios/{scenario.pk}/pictures/gantt-svg/")

    said = "attachment; filename*=utf-8''Gie%C3%9Ferei%20Baseline%20gantt.svg"
    assert answer["Content-Disposition"] == said
