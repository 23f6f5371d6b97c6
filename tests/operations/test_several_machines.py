"""One site on several machines: what they share is enough, and what each has of its own too."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lineo.accounts.models import Role
from lineo.accounts.people import vouch_for
from tests.builders import PASSWORD, Team, make_baseline, make_chain, make_team
from tests.jobs.processes import wait_for
from tests.live.conftest import Stream
from tests.operations.machines import Browser, Machine

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE_SITE = "lineo_jobs{"


@pytest.fixture
def machines(rq_queue: Any, tmp_path: Path) -> Iterator[list[Machine]]:
    found = [Machine(tmp_path / name) for name in ("first", "second")]
    yield found
    for machine in found:
        machine.stop()


@pytest.fixture
def team(db: None) -> Team:
    team = make_team(role=Role.OWNER)
    vouch_for(team.person)
    return team


def sign_in(browser: Browser, site: str, team: Team) -> None:
    answer = browser.post(
        f"{site}/sign-in/", data={"login": team.person.email, "password": PASSWORD}
    )
    assert answer.status_code == 302, answer.text


def figures(site: str) -> list[str]:
    answer = Browser().get(f"{site}/metrics", headers={"Authorization": "Bearer of-good-news"})
    return answer.text.splitlines()


def test_whoever_signed_in_at_one_is_known_at_the_other_with_all_they_did(
    machines: list[Machine], team: Team
) -> None:
    with team.context():
        scenario = make_baseline(team)
        (task,) = make_chain(scenario, "Dig", team=team)
    first, second = (machine.serve("--workers=1") for machine in machines)
    events = machines[1].serve_events()
    browser = Browser()

    sign_in(browser, first, team)
    page = browser.get(f"{second}/scenarios/{scenario.pk}/")
    stream = Stream(events, f"/events/stream/?scenario={scenario.pk}", {"Cookie": browser.cookie})
    stream.next("hello")
    edited = browser.send(
        "PATCH",
        f"{first}/api/v1/tasks/{task.pk}/",
        json={"name": "Dig deep"},
        headers={"If-Match": "*"},
    )
    assert edited.status_code == 200, edited.text
    _kind, happened = stream.next("happened")
    stream.close()
    file = {"name": "soil.txt", "content": b64encode(b"clay").decode()}
    added = browser.post(
        f"{first}/api/v1/tasks/{task.pk}/references/", json={"title": "Soil", "file": file}
    )
    fetched = browser.get(f"{second}{added.json()['file']['url']}")
    asked = {site: figures(site) for site in (first, second)}

    assert (page.status_code, added.status_code) == (200, 201)
    assert happened["tasks"] == [task.key]
    assert fetched.content == b"clay"
    # Each counts its own requests; of the whole site both say the same.
    own = [[line for line in lines if "sign-in" in line] for lines in asked.values()]
    assert own[0]
    assert not own[1]
    of_all = [[line for line in lines if line.startswith(WHOLE_SITE)] for lines in asked.values()]
    assert of_all[0] == of_all[1]


def test_a_machine_with_another_key_knows_nobody(
    machines: list[Machine], team: Team, tmp_path: Path
) -> None:
    first = machines[0].serve("--workers=1")
    stranger = Machine(tmp_path / "stranger", LINEO_SECRET_KEY="another key")
    machines.append(stranger)
    other = stranger.serve("--workers=1")
    browser = Browser()

    sign_in(browser, first, team)
    here, there = browser.get(f"{first}/"), browser.get(f"{other}/")

    assert "sign-in" not in here.headers.get("Location", "")
    assert "sign-in" in there.headers["Location"]


def test_a_worker_on_another_machine_goes_on_when_one_fails(
    machines: list[Machine], team: Team
) -> None:
    with team.context():
        scenario = make_baseline(team)
        make_chain(scenario, "Dig", "Pour", team=team)
    first, second = machines
    site = first.serve("--workers=1")
    for machine in machines:
        machine.work()
    # Workers compile the engine first, where this machine has not done so yet.
    wait_for(lambda: Browser().get(f"{site}/readyz").json()["workers"] >= 2, seconds=300)
    browser = Browser()
    sign_in(browser, site, team)
    asking = f"{site}/api/v1/scenarios/{scenario.pk}/exports/"

    first.processes["workers"].kill()
    asked = browser.post(asking, json={"format": "csv"}).json()
    wait_for(lambda: browser.get(site + asked["url"]).json()["file"])
    written = browser.get(site + asked["url"]).json()

    assert written["job"]["state"] == "done"
    assert b"Pour" in browser.get(site + written["file"]).content
    assert second.processes["workers"].poll() is None
