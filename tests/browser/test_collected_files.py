"""The site as it is served: what ``collectstatic`` wrote, by its hashed names.

Other tests of pages read the files as they are written. Once two modules ran twice only where
names are hashed, and each paste was made twice.
"""

import os
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import reverse
from playwright.sync_api import Page, expect

from lineo.accounts.people import vouch_for
from planning.models import Scenario
from tests.browser.conftest import _let_requests_end
from tests.browser.test_drag_bars import WIDE, press_and_move, revision_of
from tests.browser.test_work_on_a_plan import paste
from tests.builders import PASSWORD, Team, make_baseline, make_chain

pytestmark = pytest.mark.browser

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
ROOT = Path(__file__).resolve().parents[2]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Say nothing; what fails is in the log of requests."""


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
        cwd=ROOT,
        env={**os.environ, "LINEO_STATIC_ROOT": str(folder)},
        check=True,
    )
    return folder


@pytest.fixture
def site(
    transactional_db: None, settings: Any, collected: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The address of the site, which reads nothing but collected files."""
    settings.STATIC_ROOT = collected
    settings.WHITENOISE_USE_FINDERS = False
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    application = get_wsgi_application()
    with make_server(
        "127.0.0.1", 0, application, server_class=_Server, handler_class=_Quiet
    ) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)
        _let_requests_end()


def test_a_plan_is_edited_pasted_into_undone_and_dragged_on_hashed_files(
    site: str, page: Page, complaints: list[str], team: Team
):
    with team.context():
        plan = make_baseline(team)
        make_chain(plan, "Dig", "Pour", "Cure", team=team, days=5)
    files: Counter[str] = Counter()
    page.on("response", lambda one: files.update(_static(one.url)))
    page.set_viewport_size(WIDE)
    sign_in(page, site, team)
    page.goto(site + reverse("planning:scenario", args=[plan.pk]))

    edit(page)
    begun = revision_of(plan, team)
    paste_two_rows(page)
    assert revision_of(plan, team) == begun + 1
    undo_it(page)
    drag_it(page, plan, team)

    page.goto("about:blank")
    assert complaints == []
    assert len([name for name in files if name.endswith(".js")]) > 20
    assert [name for name in files if not HASHED.search(name)] == []
    assert _served_by_two_names(files) == []


def sign_in(page: Page, site: str, team: Team) -> None:
    vouch_for(team.person)
    page.goto(f"{site}/sign-in/")
    page.locator("[name=login]").fill(team.person.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()


def edit(page: Page) -> None:
    page.locator("#task-1 [data-field=duration]").dblclick()
    page.keyboard.type("2..4..9d")
    page.keyboard.press("Enter")
    expect(page.locator("#task-1 [data-field=duration] .shape")).to_be_visible()
    expect(page.locator(".is-saving")).to_have_count(0)


def paste_two_rows(page: Page) -> None:
    page.locator("#task-3 [data-field=name]").click()
    paste(page, "Task\tDuration\nPaint\t3d\nClean\t1d")
    page.get_by_role("button", name="Add 2 tasks").click()
    expect(page.locator("#workbench-bar")).to_have_attribute("data-total", "5")
    expect(page.get_by_role("link", name="Paint")).to_have_count(1)


def undo_it(page: Page) -> None:
    page.locator("#task-1 [data-field=name]").click()
    page.keyboard.press("Control+z")
    expect(page.locator("#workbench-bar")).to_have_attribute("data-total", "3")
    expect(page.get_by_role("link", name="Paint")).to_have_count(0)


def drag_it(page: Page, plan: Scenario, team: Team) -> None:
    begun = revision_of(plan, team)
    with page.expect_response("**/reschedule/"):
        press_and_move(page, page.locator("#bar-1"), days=7)
        page.mouse.up()
    expect(page.locator("#task-1")).to_contain_text("12 Jan")
    assert revision_of(plan, team) == begun + 1


def _static(url: str) -> list[str]:
    path = urlsplit(url).path
    return [path] if path.startswith("/static/") else []


def _served_by_two_names(files: Counter[str]) -> list[str]:
    plain = Counter(HASHED.sub("", name) + Path(name).suffix for name in files)
    return [name for name, count in plain.items() if count > 1]
