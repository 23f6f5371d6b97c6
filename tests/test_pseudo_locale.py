"""Whatever a page says goes through gettext: a pseudo-language finds what doesn't.

The language puts each translated text in brackets; what stands outside of
them and is neither data nor a number was written past gettext.
"""

import gettext
import re
from calendar import day_abbr, day_name, month_abbr, month_name
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from zoneinfo import available_timezones

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from lineo.accounts.models import Role
from lineo.jobs.entry import run_waiting
from planning.core.distributions import Fixed, Pert
from planning.core.plan import Dependency, Impact, Risk
from planning.models import Scenario
from planning.services import plans, tasks
from planning.services.scenarios import branch_scenario
from planning.templatetags import look
from simulations import services
from tests.builders import Team, make_baseline, make_chain, make_team

OPEN, CLOSE = "⟦", "⟧"
ZONES = re.compile(
    r"\b(?:[A-Z]\w+(?:/[\w+-]+)+|" + "|".join(sorted(available_timezones(), reverse=True)) + r")\b"
)
DATA = re.compile(r"ZQ\w*|\bStandard\b|\w+@example\.com")
# Names, also of formats, symbols of formulas, and what stands on the keys of a keyboard.
NEUTRAL = re.compile(r"\b(Lineo|CRI|SSI|SVG|PNG|Esc|Enter|Delete|Ctrl|Shift|Tab|Alt)\b")
# Django translates these itself, and may have done so before the language was changed.
_NAMES = "|".join(filter(None, [*month_abbr, *month_name, *day_abbr, *day_name]))
CALENDAR = re.compile(rf"\b({_NAMES})\b")
SILENT = {"script", "style", "svg", "title"}


class _Pseudo(gettext.NullTranslations):
    """A language whose every text stands in brackets."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{OPEN}{msgid1 if n == 1 else msgid2}{CLOSE}"

    def pgettext(self, context: str, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def to_language(self) -> str:
        return "en"


class _Words(HTMLParser):
    """The text that a person sees, but for what hides in scripts and drawings."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent += tag in SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text.append(data)


@pytest.fixture
def pseudo_language() -> Iterator[None]:
    # Dates are remembered by language, and this one goes by the name of another.
    look._short.cache_clear()
    kept = trans_real._translations.get("en")
    trans_real._translations["en"] = _Pseudo()
    trans_real._default = trans_real._translations["en"]
    yield
    look._short.cache_clear()
    # Requests leave their language active in this thread.
    translation.deactivate()
    trans_real._default = None
    if kept is None:
        del trans_real._translations["en"]
    else:
        trans_real._translations["en"] = kept


@pytest.fixture
def team(db: None) -> Iterator[Team]:
    team = make_team("ZQteam", role=Role.OWNER)
    team.person.name = "ZQperson"
    team.person.save()
    with team.context():
        yield team


@pytest.fixture
def scenario(team: Team) -> Scenario:
    """A plan with one of everything, whose every name begins with ZQ."""
    scenario = make_baseline(team, name="ZQproject")
    dig, _pour = make_chain(scenario, "ZQdig", "ZQpour", team=team)
    tasks.edit_task(scenario, dig.key, actor=team.person, estimate=Pert(480, 960, 2400))
    rain = Risk("ZQR", "ZQrain", 0.3, (Impact(dig.key, Fixed(480)),))
    plans.save_entity(scenario, rain, actor=team.person)
    services.start_simulation(scenario, actor=team.person, iterations=500)
    run_waiting()
    Scenario.objects.filter(pk=scenario.pk).update(name="ZQbaseline")
    scenario.refresh_from_db()
    return scenario


def leaks(page: str) -> list[str]:
    """Return the words of a page that no translation could reach."""
    words = _Words()
    words.feed(page)
    outside, found = " ".join(words.text), 1
    while found:
        # From within: a sentence may hold others.
        outside, found = re.subn(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", " ", outside)
    outside = CALENDAR.sub(" ", outside)
    outside = NEUTRAL.sub(" ", ZONES.sub(" ", DATA.sub(" ", outside)))
    return re.findall(r"[A-Za-z]{3,}", outside)


@pytest.mark.parametrize(
    "name", ["planning:projects", "planning:create-project", "planning:import-plan"]
)
def test_every_text_of_a_page_is_translated(
    client: Client, team: Team, scenario: Scenario, pseudo_language: None, name: str
) -> None:
    client.force_login(team.person)

    assert leaks(client.get(reverse(name)).text) == []


@pytest.mark.parametrize(
    "name",
    [
        "planning:scenario",
        "planning:risks",
        "planning:calendars",
        "planning:health",
        "planning:plan-settings",
        "simulations:forecast",
        "simulations:buffers",
        "planning:merge",
        "planning:promote",
        "planning:scenario-details",
    ],
)
def test_every_text_of_a_scenarios_page_is_translated(
    client: Client, team: Team, scenario: Scenario, pseudo_language: None, name: str
) -> None:
    client.force_login(team.person)

    assert leaks(client.get(reverse(name, args=[scenario.pk])).text) == []


@pytest.mark.parametrize(
    "name",
    [
        "planning:project",
        "planning:lineage",
        "simulations:compare",
        "simulations:why-moved",
        "simulations:commitments",
        "simulations:calibration",
    ],
)
def test_every_text_of_a_projects_page_is_translated(
    client: Client, team: Team, scenario: Scenario, pseudo_language: None, name: str
) -> None:
    client.force_login(team.person)

    assert leaks(client.get(reverse(name, args=[scenario.project_id])).text) == []


def test_why_there_is_no_forecast_is_told_in_the_readers_language(
    client: Client, team: Team, pseudo_language: None
) -> None:
    client.force_login(team.person)
    empty = make_baseline(team, name="ZQproject")
    services.start_simulation(empty, actor=team.person, iterations=500)
    run_waiting()

    for address in (
        reverse("simulations:forecast", args=[empty.pk]),
        reverse("planning:project", args=[empty.project_id]),
        reverse("planning:projects"),
    ):
        page = client.get(address).text
        assert "the plan has no tasks, so there is no forecast" in page
        assert leaks(page) == []


def test_the_sign_in_page_is_translated(db: None, client: Client, pseudo_language: None) -> None:
    assert leaks(client.get(reverse("accounts:sign-in")).text) == []


def test_what_differs_is_told_in_the_readers_language(
    client: Client, team: Team, scenario: Scenario, pseudo_language: None
) -> None:
    client.force_login(team.person)
    branch = branch_scenario(scenario, name="ZQbranch", actor=team.person)
    dig, pour = branch.tasks.order_by("position")
    tasks.edit_task(branch, dig.key, actor=team.person, duration_minutes=4800, name="ZQdeep")
    tasks.edit_task(branch, pour.key, actor=team.person, deadline=datetime(2026, 5, 1, 17))
    added = tasks.add_task(branch, actor=team.person, name="ZQcure")
    tasks.add_dependency(branch, Dependency(pour.key, added.key), actor=team.person)
    rain = Risk("ZQR", "ZQrain", 0.6, (Impact(dig.key, Fixed(960)),))
    plans.save_entity(branch, rain, actor=team.person)
    plans.edit_settings(branch, actor=team.person, target=datetime(2026, 6, 1, 17))
    tasks.edit_task(scenario, dig.key, actor=team.person, duration_minutes=960)

    merge = f"{reverse('planning:merge', args=[scenario.pk])}?from={branch.pk}"
    for address in (reverse("planning:scenario-diff", args=[branch.pk]), merge):
        page = client.get(address)
        assert page.status_code == 200
        assert leaks(page.text) == []
