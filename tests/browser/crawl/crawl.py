"""Visit every page in dark and light and use every control: no console error, no policy
violation, no serious finding of axe-core. Pictures go into the folder ``crawl``.

``make crawl``; the file is named so that ``make test`` leaves it alone.
"""

import re
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, Page, Response

from lineo.jobs.entry import run_waiting
from planning.core.distributions import Pert
from planning.models import Scenario
from planning.services import tasks
from planning.services.scenarios import branch_scenario
from simulations import services
from simulations.comparing.services import start_comparison
from tests.browser.crawl.visiting import (
    Findings,
    controls_of,
    links_of,
    pattern_of,
    serious,
    settle,
    use,
)
from tests.builders import Team

PICTURES = Path(__file__).parents[3] / "crawl"
THEMES = ("dark", "light")
# A form that was refused answers so; Chromium logs it as a failed resource.
REFUSED = re.compile(r"status of (409|412|422|428)")

OpenPage = Callable[..., Page]


@pytest.fixture
def plan(release: Scenario, team: Team) -> Scenario:
    """The demo's release with a forecast, an edit and another forecast, and a branch of it.

    Both have changed the same estimate, and they are compared.
    """
    with team.context():
        services.start_simulation(release, actor=team.person, iterations=1000)
    run_waiting()
    with team.context():
        branch = branch_scenario(release, name="Two teams", actor=team.person)
    _estimate(
        branch, team, **{"Payment provider adapter": (6, 8, 14), "Order service API": (6, 9, 15)}
    )
    _estimate(release, team, **{"Payment provider adapter": (9, 14, 30)})
    with team.context():
        release.refresh_from_db()
        branch.refresh_from_db()
        services.start_simulation(release, actor=team.person, iterations=1000)
        start_comparison(release.project, [release, branch], actor=team.person, iterations=1000)
    run_waiting()
    with team.context():
        release.refresh_from_db()
    return release


def _estimate(scenario: Scenario, team: Team, **days: tuple[int, int, int]) -> None:
    with team.context():
        scenario.refresh_from_db()
        for name, (low, mode, high) in days.items():
            key = scenario.tasks.get(name=name).key
            estimate = Pert(low * 480, mode * 480, high * 480)
            tasks.edit_task(scenario, key, actor=team.person, estimate=estimate)


def listen(page: Page, findings: Findings) -> None:
    """Collect what the browser complains of."""

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSED.search(message.text):
            findings.console.append(f"console {pattern_of(page.url)}: {message.text}")

    def answered(response: Response) -> None:
        if response.status >= 500:
            findings.broken.append(f"{response.status} {pattern_of(response.url)}")

    page.on("console", said)
    page.on("response", answered)
    page.on("dialog", lambda dialog: dialog.accept())
    page.on(
        "pageerror",
        lambda error: findings.console.append(f"script {pattern_of(page.url)}: {error}"),
    )


def pages_from(page: Page, start: list[str]) -> list[str]:
    """Return one address of each kind of page that can be reached."""
    waiting, found = deque(start), {}
    while waiting:
        url = waiting.popleft()
        if pattern_of(url) in found:
            continue
        found[pattern_of(url)] = url
        page.goto(url)
        settle(page)
        waiting.extend(links_of(page))
    return list(found.values())


def tell(walked: str, findings: Findings) -> None:
    lines = findings.lines()
    print(f"\n{walked}, {len(lines)} findings", *lines, sep="\n")


def picture(page: Page, folder: str, name: str) -> None:
    (PICTURES / folder).mkdir(parents=True, exist_ok=True)
    page.screenshot(
        path=PICTURES / folder / f"{name.strip('/').replace('/', '.') or 'projects'}.png"
    )


@pytest.mark.parametrize("theme", THEMES)
def test_every_page(open_page: OpenPage, plan: Scenario, theme: str) -> None:
    page = open_page("/", theme=theme, reduced_motion="reduce")

    _look_at_all(page, ["", "find/?q=brief", "api/v1/docs/"], theme)


def test_every_page_of_an_empty_plan(open_page: OpenPage, empty_plan: Scenario) -> None:
    page = open_page("/", reduced_motion="reduce")

    _look_at_all(page, ["", "find/?q=brief"], "empty")


def _look_at_all(page: Page, start: list[str], folder: str) -> None:
    """Look at every page that can be reached; nothing may be found."""
    findings = Findings()
    listen(page, findings)

    urls = pages_from(page, [page.url + path for path in start])
    for url in urls:
        page.goto(url)
        settle(page)
        findings.axe += serious(page)
        picture(page, folder, pattern_of(url))

    tell(f"{len(urls)} pages ({folder})", findings)
    assert findings.lines() == []


def test_every_control(open_page: OpenPage, plan: Scenario) -> None:
    page = open_page("/", reduced_motion="reduce")
    findings = Findings()
    listen(page, findings)
    used: set[tuple[str, str]] = set()

    # Whoever makes a workspace is in that one, and all pages of this one are gone.
    for url in sorted(pages_from(page, [page.url]), key=lambda url: "/workspaces/" in url):
        _use_all(page, url, used, findings)
    tell(f"{len(used)} controls used", findings)
    assert findings.lines() == []


def _use_all(page: Page, url: str, used: set[tuple[str, str]], findings: Findings) -> None:
    """Use each kind of control once, from a fresh page; whatever it opens is looked at too."""
    while True:
        if page.goto(url).status != 200:
            return
        settle(page)
        fresh = [
            one
            for one in controls_of(page)
            if (pattern_of(one["form"]), one["name"]) not in used and "sign-out" not in one["form"]
        ]
        if not fresh:
            return
        used.add((pattern_of(fresh[0]["form"]), fresh[0]["name"]))
        use(page, fresh[0]["place"])
        findings.axe += serious(page)


def test_every_key(open_page: OpenPage, plan: Scenario) -> None:
    page = open_page(reverse("planning:scenario", args=[plan.pk]), reduced_motion="reduce")
    findings = Findings()
    listen(page, findings)
    url = page.url
    keys = page.eval_on_selector_all("#keys [data-keys]", "all => all.map(one => one.dataset.keys)")

    for key in [one for some in keys for one in some.split(", ")]:
        page.goto(url)
        settle(page)
        page.locator("#workbench tbody tr").first.locator("td.column-p80").click()
        for press in key.split(" "):
            page.keyboard.press(press.replace("$mod", "Control"))
        settle(page)
        findings.axe += serious(page)

    tell(f"{len(keys)} keys", findings)
    assert findings.lines() == []
