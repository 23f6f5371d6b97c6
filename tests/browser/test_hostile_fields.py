"""Every text that a body of the API can hold is sent hostile, and then every page is looked at.

What the fields are is read from the description, so a field that is new is tried as well.
"""

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Page

from planning.models import Scenario
from tests.access.pages import lists, pages
from tests.access.surface import body_for
from tests.api.caller import Caller
from tests.api.fields import Path, fields, with_value
from tests.api.surface import Operation, nobodys, one_of_each, operations
from tests.browser.crawl.visiting import settle
from tests.browser.hostile_texts import CORPUS
from tests.browser.test_hostile_texts import _LEFT
from tests.builders import Team

pytestmark = [pytest.mark.browser, pytest.mark.long]

# No free texts: they name what is there already, or are read as something else.
NAMING = {
    "after", "before", "calendar", "content", "estimate", "from", "key", "link", "milestone",
    "parent", "project", "rows", "task", "time_zone", "to", "url", "work_calendar",
}  # fmt: skip
LISTS_OF_NAMES = {("DriverNew", "tasks"), ("DriverChange", "tasks"), ("CorrelationNew", "tasks")}
LISTS_OF_NAMES |= {("WebhookNew", "events"), ("WebhookChange", "events")}
# What replaces the whole plan takes away what the others were written on; its texts are those of
# a file, which test_hostile_texts sends. At the door nothing is kept.
NOT_SENT = {"PlanFile", "SignIn", "RefreshToken"}
# A body as small as it may be, where a good one can be sent only once.
SMALL: dict[str | None, Any] = {"Bulk": {"tasks": {"change": [{"key": "L1"}]}}}
# Nothing is finished by which ranges could be corrected, and where all rows move there is no name.
REFUSED = {"RangeCorrection"}

# As htmx swaps a part into the page that is open.
_SWAP_IN = "html => { document.querySelector('main').innerHTML = html }"


def texts_of(operation: Operation) -> Iterator[tuple[Path, int]]:
    """Yield each place of an operation's body that takes any text, and how long that may be."""
    for path, schema in fields(operation.body or ""):
        kind = schema.get("type")
        is_text = kind == "string" or (isinstance(kind, list) and "string" in kind)
        if (
            not path
            or path[0] == "plan"
            or not is_text
            or {"enum", "format", "pattern", "const"} & set(schema)
        ):
            continue
        named = next(part for part in reversed(path) if isinstance(part, str))
        if named not in NAMING and (operation.body, named) not in LISTS_OF_NAMES:
            yield path, schema.get("maxLength", 10_000)


def send_all(caller: Caller, ids: dict[str, Any]) -> dict[str, bool]:
    """Send hostile texts in all places; return which were taken, by shape and place."""
    taken: dict[str, bool] = {}
    corpus = cycle(CORPUS)
    for operation in sorted(operations(), key=ends_a_plan):
        if not operation.body or operation.takes_file or operation.body in NOT_SENT:
            continue
        places = list(texts_of(operation))
        # All at once, for some things are done once only; else each by itself.
        groups = [places, *([place] for place in places)]
        for group in filter(None, groups):
            names = {f"{operation.body}.{'.'.join(map(str, path))}" for path, _most in group}
            if not all(taken.get(name) for name in names):
                was_taken = is_taken(caller, operation, group, ids, corpus)
                taken |= {name: was_taken or taken.get(name, False) for name in names}
    return taken


def ends_a_plan(operation: Operation) -> bool:
    """Return whether a plan is read only afterwards, so that it comes last."""
    return "promot" in operation.path or "restore" in operation.path


def is_taken(
    caller: Caller,
    operation: Operation,
    places: list[tuple[Path, int]],
    ids: dict[str, Any],
    corpus: Iterator[str],
) -> bool:
    """Return whether hostile texts were taken there; some hold a tab, which no name may."""
    for _try in range(3):
        body = SMALL.get(operation.body, body_for(operation, ids))
        for path, most in places:
            text = next(corpus)[: most - 4] + ".txt" * (path == ("file", "name"))
            body = with_value(str(operation.body), body, path, text)
        answer = caller.send(operation.method, operation.at(ids), body, if_match="*")
        assert answer.status_code < 500, (str(operation), places)
        if answer.status_code < 300:
            return True
    return False


@pytest.fixture
def ids(two_tasks: Scenario, team: Team) -> dict[str, Any]:
    with team.context():
        return one_of_each(two_tasks, team)


def test_nothing_runs_whatever_field_it_was_written_in(
    open_page: Callable[..., Page], ids: dict[str, Any], team: Team
) -> None:
    caller = Caller(team.person)
    taken = send_all(caller, ids)
    refused = {place for place, was_taken in taken.items() if not was_taken}
    left = sorted(place for place in refused if place.partition(".")[0] not in REFUSED)
    assert not left, "\n".join(left)
    assert len(taken) > 45

    by_kind = {key.partition(":")[0]: value for key, value in ids.items()}
    by_kind |= {"imports": by_kind["jobs"], "merge-forecasts": by_kind["jobs"]}
    found = [*lists(), *pages({**nobodys(by_kind), **by_kind})]
    shown = {address: html for address in found if (html := page_at(caller, address))}
    page, findings, told = open_page("/"), [], 0
    page.on("dialog", lambda dialog: (findings.append(dialog.message), dialog.dismiss()))
    for address, html in shown.items():
        if html.lstrip().lower().startswith("<!doctype"):
            page.goto(address)
            settle(page)
        else:
            page.evaluate(_SWAP_IN, html)
        findings += [f"{address}: {each}" for each in page.evaluate(_LEFT)]
        told += "data-hostile" in page.inner_text("body")

    assert len(shown) > 60
    assert told > 25
    assert not findings, "\n".join(findings)


def page_at(caller: Caller, address: str) -> str:
    """Return the page or the part of one that is there; nothing where there is none."""
    answer = caller.get(address)
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.text if answer.status_code == 200 and is_html else ""
