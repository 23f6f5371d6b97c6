"""Whatever people write stays text: sent by the API, in files and in cells, seen on every page."""

import csv
import io
from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Page

from lineo.jobs.entry import run_waiting
from planning.interchange.writing import write_plan
from planning.models import Scenario
from planning.snapshot import plan_of
from tests.api.caller import Caller
from tests.browser.crawl.crawl import pages_from
from tests.browser.crawl.visiting import links_of, settle
from tests.browser.hostile_texts import CORPUS, FORMULAS
from tests.builders import Team

pytestmark = [pytest.mark.browser, pytest.mark.long]
FILE = "application/octet-stream"
_LEFT = """
() => [
  ...document.querySelectorAll('[data-hostile]'),
  ...[...document.querySelectorAll('*')].filter((one) =>
    [...one.attributes].some((each) => /^on/.test(each.name))),
].map((one) => one.outerHTML.slice(0, 120)).concat(window.hostile ? ['it ran'] : [])
"""


def test_the_corpus_is_large_and_each_text_would_be_seen() -> None:
    assert len(set(CORPUS)) >= 60
    assert all("data-hostile" in text for text in CORPUS)


@pytest.fixture
def hostile(two_tasks: Scenario, team: Team) -> dict[str, Any]:
    """A project whose every text is hostile, each text of the corpus in a task at least."""
    caller, texts = Caller(team.person), cycle(CORPUS)
    scenario = f"/api/v1/scenarios/{two_tasks.pk}/"
    project = f"/api/v1/projects/{two_tasks.project_id}/"
    made = caller.post(f"{scenario}bulk/", {"tasks": {"create": [{"name": x} for x in CORPUS]}})
    assert made.status_code == 200, made.content
    key = made.json()["tasks"][0]["key"]
    requests = [
        ("PATCH", project, {"name": next(texts)[:200]}),
        ("PATCH", scenario, {"name": next(texts)[:200], "description": next(texts)}),
        *[
            ("POST", f"{scenario}risks/", {**_risk(key), "name": text[:300]})
            for text in CORPUS[::6]
        ],
        *[("POST", f"{scenario}calendars/", {"name": text[:200]}) for text in CORPUS[::9]],
        *[
            ("POST", f"{scenario}drivers/", {"name": text[:200], "tasks": [task["key"]]})
            for text, task in zip(CORPUS[::12], made.json()["tasks"][::12], strict=True)
        ],
        *[("POST", f"{project}updates/", {"body": text}) for text in CORPUS[::5]],
        ("POST", f"{scenario}branch/", {"name": next(texts)[:200], "description": next(texts)}),
        ("POST", f"{scenario}simulations/", {"iterations": 500}),
        ("PATCH", "/api/v1/users/me/", {"name": next(texts)[:120]}),
        ("POST", "/api/v1/tokens/", {"name": next(texts)[:60], "scopes": ["read"]}),
        ("POST", "/api/v1/agents/", {"name": next(texts)[:100], "role": "member"}),
    ]
    for method, address, body in requests:
        answer = caller.send(method, address, body, if_match="*")
        assert answer.status_code < 300, (address, answer.content)
    table = "Name,Duration\n" + "".join(f'"{x.replace(chr(34), chr(34) * 2)}",1d\n' for x in CORPUS)
    sent = caller.client.post(
        "/api/v1/imports/?name=%3Cimg%20data-hostile%20src%3Dx%20onerror%3Dwindow.hostile%3D1%3E",
        table.encode(),
        content_type=FILE,
    )
    assert sent.status_code == 202
    run_waiting()
    return caller.get(sent.json()["url"]).json()


def _risk(key: str) -> dict[str, Any]:
    return {"probability": 0.3, "impacts": [{"task": key, "estimate": "1..2..4d"}]}


def test_nothing_runs_on_any_page(
    open_page: Callable[..., Page], hostile: dict[str, Any], two_tasks: Scenario
) -> None:
    assert hostile["state"] == "done"
    page = open_page("/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))

    addresses = pages_from(page, [page.url, *links_of(page)])
    findings = []
    for address in [*addresses, page.url]:
        page.goto(address)
        settle(page)
        findings += [f"{address}: {each}" for each in page.evaluate(_LEFT)]

    assert len(addresses) > 12
    assert asked == []
    assert not findings, "\n".join(findings)


def test_cells_that_a_spreadsheet_would_compute_go_out_as_text(
    two_tasks: Scenario, team: Team
) -> None:
    caller = Caller(team.person)
    body = {"tasks": {"create": [{"name": formula} for formula in FORMULAS]}}
    assert caller.post(f"/api/v1/scenarios/{two_tasks.pk}/bulk/", body).status_code == 200

    with team.context():
        two_tasks.refresh_from_db()
        table = write_plan(plan_of(two_tasks), "csv").data.decode("utf-8-sig")

    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert any(formula in cell for cell in cells for formula in FORMULAS)
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))] == []
    assert [cell for cell in cells if cell.startswith("-") and not cell[1:2].isdigit()] == []
    assert not any(cell in FORMULAS for cell in cells)
