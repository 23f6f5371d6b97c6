"""No day is off by one, whatever the clocks of people and projects do in the night of a change."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lineo.talk.services import add_comment
from lineo.talk.subjects import of_row
from planning.interchange.writing import write_plan
from planning.models import Scenario
from planning.others import in_zone
from planning.snapshot import plan_of
from simulations.ledger.services import give_commitment
from tests.api.caller import Caller
from tests.builders import Team, make_baseline

pytestmark = pytest.mark.django_db

# In the night before these days clocks go forward, or back.
CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Pacific/Chatham": (date(2026, 4, 5), date(2026, 9, 27)),
}
NIGHTS = [(zone, day) for zone, days in CHANGES.items() for day in days]
EDGES = [time(0, 5), time(12), time(23, 55)]
YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
WORKDAYS = [day for day in YEAR if day.weekday() < 5]


def instant(zone: str, day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


@pytest.fixture
def it_is(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Say what time it is."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def reader(team: Team, zone: str) -> Client:
    team.person.time_zone = zone
    team.person.save()
    client = Client()
    client.force_login(team.person)
    return client


@pytest.mark.parametrize("at", EDGES)
@pytest.mark.parametrize(("zone", "day"), NIGHTS)
def test_today_is_the_day_of_whoever_asks(
    team: Team, scenario: Scenario, it_is: Any, zone: str, day: date, at: time
) -> None:
    client = reader(team, zone)
    it_is(instant(zone, day, at))
    address = reverse("simulations:give-commitment", args=[scenario.project_id])
    form = {"to_whom": "Board", "due": "2027-06-01", "milestone": ""}

    begun = client.get(reverse("planning:create-project"))
    tomorrow = client.post(address, {**form, "given_on": day + timedelta(days=1)})
    today = client.post(address, {**form, "given_on": day})

    assert begun.context["form"]["start"].initial == day
    assert (tomorrow.status_code, today.status_code) == (422, 302)


@pytest.mark.parametrize("at", EDGES)
@pytest.mark.parametrize(("zone", "day"), NIGHTS)
def test_what_was_said_is_dated_by_the_clock_of_whoever_reads(
    team: Team, scenario: Scenario, zone: str, day: date, at: time
) -> None:
    comment = add_comment(of_row(scenario), author=team.person, body="Deep enough?")
    type(comment).objects.filter(pk=comment.pk).update(created_at=instant(zone, day, at))

    page = reader(team, zone).get(reverse("talk:scenario-talk", args=[scenario.pk]))

    assert f"{day.day} {day:%b} {day.year}, {at:%H:%M}" in page.text


@pytest.mark.parametrize("zone", CHANGES)
def test_a_day_that_is_sent_comes_back_on_every_working_day_of_the_year(
    team: Team, zone: str
) -> None:
    scenario = make_baseline(team, time_zone=zone)
    reader(team, zone)
    caller = Caller(team.person)
    made = [{"name": f"{day}", "deadline": f"{day}"} for day in WORKDAYS]

    answer = caller.post(f"/api/v1/scenarios/{scenario.pk}/bulk/", {"tasks": {"create": made}})

    told = {row["name"]: row["deadline"][:10] for row in answer.json()["tasks"]}
    assert told == {f"{day}": f"{day}" for day in WORKDAYS}


def test_a_plan_goes_by_the_clock_of_its_project_from_the_first_moment(team: Team) -> None:
    client = reader(team, "Pacific/Chatham")
    form = {"name": "Pier", "start": "2026-01-05", "type": "other", "time_zone": "Pacific/Chatham"}
    assert client.post(reverse("planning:create-project"), form).status_code == 302
    (plan,) = Scenario.objects.filter(project__name="Pier")
    assert plan_of(plan).project.time_zone == "Pacific/Chatham"

    address = f"/api/v1/projects/{plan.project_id}/"
    changed = Caller(team.person).patch(address, {"time_zone": "Europe/Berlin"}, if_match="*")

    assert changed.status_code == 200
    assert plan_of(Scenario.objects.get(pk=plan.pk)).project.time_zone == "Europe/Berlin"


@pytest.mark.parametrize("zone", CHANGES)
def test_a_calendar_file_tells_the_very_moments_of_the_plan(team: Team, zone: str) -> None:
    scenario = make_baseline(team, time_zone=zone, start=YEAR[0])
    days = [day for change in CHANGES[zone] for day in near(change) if day.weekday() < 5]
    made = [
        {"name": f"{day}", "duration": "1d", "constraint": {"type": "SNET", "date": f"{day}"}}
        for day in days
    ]
    address = f"/api/v1/scenarios/{scenario.pk}/bulk/"
    assert Caller(team.person).post(address, {"tasks": {"create": made}}).status_code == 200

    scenario.refresh_from_db()
    file = write_plan(plan_of(scenario), "ics").data.decode()

    for day in days:
        begins = instant(zone, day, time(8))
        assert f"DTSTART:{begins:%Y%m%dT%H%M%SZ}" in file


def near(change: date) -> list[date]:
    return [change + timedelta(days=days) for days in range(-3, 4)]


@pytest.mark.parametrize(("here", "there"), [*permutations(CHANGES, 2)])
def test_a_moment_of_another_project_is_the_same_moment(here: str, there: str) -> None:
    for day in YEAR:
        for hour in (8, 17):
            moment = datetime.combine(day, time(hour))

            seen = in_zone(moment, here, there)

            assert seen.replace(tzinfo=ZoneInfo(there)) == moment.replace(tzinfo=ZoneInfo(here))
            assert in_zone(seen, there, here) == moment


def test_a_commitment_of_today_is_overdue_when_its_day_is_over_where_it_is_read(
    team: Team, scenario: Scenario, it_is: Any
) -> None:
    zone, day = NIGHTS[-1]
    day += timedelta(days=1)  # the change is in the night to a Sunday
    given = give_commitment(scenario.project, actor=team.person, to_whom="Board", due=day)
    address = f"/api/v1/commitments/{given.pk}/"
    client = reader(team, zone)

    it_is(instant(zone, day, time(23, 55)))
    before = client.get(address).json()["standing"]
    it_is(instant(zone, day + timedelta(days=1), time(0, 5)))
    after = client.get(address).json()["standing"]

    assert (before, after) == ("open", "overdue")
