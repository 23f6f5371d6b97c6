"""A real browser on a live server: the machine's own Chromium, and what it complains about."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from lineo import demo
from lineo.accounts.models import Role, User
from planning.core.plan import Task as PlanTask
from planning.interchange.planfile import plan_from_json
from planning.models import Scenario
from planning.services import plans, projects
from planning.snapshot import plan_of
from tests.builders import Team, make_baseline, make_chain, make_team

LONG = 1_500
"""Tasks of a plan of many windows: more than the fields that Django takes in one form."""
RELEASE = Path(demo.__file__).parent / "software-release.json"


@pytest.fixture(scope="session", autouse=True)
def _async_unsafe() -> Iterator[None]:
    """Let Django use the database beside Playwright's event loop, in this thread."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the Chromium of this machine; root can't use its sandbox."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no Chromium here (make browser)")
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    return {"executable_path": chromium, "args": arguments}


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser holds against the pages: errors, and what the policy refused."""
    heard: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def team(transactional_db: None) -> Team:
    """An owner in a workspace of their own.

    No context is left open: it is a transaction, whose rows the server would not see.
    """
    return make_team(role=Role.OWNER)


@pytest.fixture
def release(team: Team) -> Scenario:
    """The demo's software release: 42 tasks with ranges, links of all kinds, two risks."""
    plan = plan_from_json(RELEASE.read_text(encoding="utf-8"))
    with team.context():
        project = projects.create_project_from_plan(plan=plan, name="Atlas", actor=team.person)
        return projects.baseline_of(project)


@pytest.fixture
def two_tasks(team: Team) -> Scenario:
    """Dig, then Pour."""
    with team.context():
        scenario = make_baseline(team)
        make_chain(scenario, "Dig", "Pour", team=team)
        return scenario


@pytest.fixture
def empty_plan(team: Team) -> Scenario:
    """A plan without tasks."""
    with team.context():
        return make_baseline(team)


@pytest.fixture
def long_plan(empty_plan: Scenario, team: Team) -> Scenario:
    """A plan of many windows of rows, none linked."""
    with team.context():
        base = plan_of(empty_plan)
        rows = tuple(
            PlanTask(f"T{number}", f"Step {number}", duration_minutes=480)
            for number in range(1, LONG + 1)
        )
        plan = replace(base, tasks=rows)
        plans.replace_plan(empty_plan, plan, actor=team.person, summary="Filled")
        return Scenario.objects.get(pk=empty_plan.pk)


@pytest.fixture
def server(live_server: Any) -> Any:
    """What serves the pages; the tests of the event stream put another in its place."""
    return live_server


@pytest.fixture
def open_page(browser: Browser, server: Any, team: Team) -> Iterator[Callable[..., Page]]:
    """Open a page as the team's person; whatever the browser complains of fails the test."""
    heard: list[str] = []
    contexts: list[BrowserContext] = []

    def listen(message: ConsoleMessage) -> None:
        # A refused edit answers 422 or 409, which Chromium logs as a failed resource.
        refused = "status of 422" in message.text or "status of 409" in message.text
        is_cut = getattr(message.page, "is_cut_off", False)
        if message.type == "error" and not (refused or is_cut):
            heard.append(message.text)

    def opened(
        path: str, *, theme: str = "dark", person: User | None = None, **options: Any
    ) -> Page:
        context = browser.new_context(base_url=server.url, **options)
        contexts.append(context)
        context.set_default_timeout(20_000)
        session = session_of(person or team.person, server)
        context.add_cookies([session, _cookie("theme", theme, server)])
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    _let_requests_end()
    assert heard == []


def _let_requests_end() -> None:
    """Wait for what a closed page still asked for: emptying the tables would deadlock with it."""
    busy = """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid() AND state IN ('active', 'idle in transaction')
    """
    quiet_in, quiet = time.monotonic() + 10, 0
    # A page that is left still sends where its person was: that may arrive a moment later.
    while quiet < 4 and time.monotonic() < quiet_in:
        with connection.cursor() as cursor:
            cursor.execute(busy)
            quiet = quiet + 1 if cursor.fetchone() == (0,) else 0
        time.sleep(0.05)


def session_of(person: User, server: Any) -> Any:
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return _cookie(name, client.cookies[name].value, server)


def _cookie(name: str, value: str, server: Any) -> Any:
    return {"name": name, "value": value, "url": server.url}
