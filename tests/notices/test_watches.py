"""Tell me when the chance of a day falls below 70 %: told once, without flapping."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from lineo.accounts.ids import uuid7
from lineo.accounts.models import Membership, Role
from lineo.notices import watching
from lineo.notices.models import DateWatch, Notice
from planning.models import Scenario
from planning.services.promotions import promote_scenario
from planning.services.scenarios import branch_scenario
from tests.builders import join, make_team

DAY = dt.date(2026, 6, 1)


def forecast(scenario, chance, iterations=10_000):
    """Leave a forecast by which the day is met with that chance."""
    points = [["2026-05-01T12:00", 0.0], ["2026-06-01T12:00", chance], ["2026-09-01T12:00", 1.0]]
    percentiles = {str(p): "2026-06-01T12:00" for p in (50, 80)}
    Scenario.objects.filter(pk=scenario.pk).update(
        forecast_iterations=iterations,
        forecast={
            "duration_days": {"percentiles": {}, "bands": {}, "sd": 1.0},
            "finish": {"percentiles": percentiles},
            "curve": {"points": points, "bars": [], "bar_minutes": 1440},
            "tasks": [],
            "notes": [],
        },
    )


def look(scenario, chance, iterations=10_000):
    forecast(scenario, chance, iterations)
    before = Notice.objects.count()
    watching.look(scenario.pk, uuid7())
    return Notice.objects.count() - before


@pytest.fixture
def watch(scenario, team):
    forecast(scenario, 0.9)
    return watching.watch_date(scenario.project, actor=team.person, day=DAY, threshold=0.7)


def test_it_is_told_once_when_the_chance_falls_below(scenario, watch):
    assert [look(scenario, chance) for chance in (0.8, 0.65, 0.6, 0.5)] == [0, 1, 0, 0]
    told = Notice.objects.get().title.replace("\N{NO-BREAK SPACE}", " ")
    assert "fell below 70 %: it is 65 % now" in told


def test_a_chance_that_wavers_around_the_threshold_is_told_once(scenario, watch):
    seen = [look(scenario, chance) for chance in (0.69, 0.705, 0.695, 0.715, 0.69, 0.71)]

    assert sum(seen) == 1


def test_once_it_has_come_back_it_can_fall_again(scenario, watch):
    assert [look(scenario, chance) for chance in (0.65, 0.75, 0.65)] == [1, 0, 1]


def test_few_iterations_make_the_margin_as_wide_as_their_noise(scenario, watch):
    assert [look(scenario, chance, 100) for chance in (0.69, 0.75, 0.69)] == [1, 0, 0]


def test_the_same_forecast_tells_once(scenario, watch):
    forecast(scenario, 0.5)
    record = uuid7()
    for _ in range(2):
        watching.look(scenario.pk, record)

    assert Notice.objects.count() == 1


def test_what_has_passed_already_is_shown_and_not_told(scenario, team):
    forecast(scenario, 0.5)

    watch = watching.watch_date(scenario.project, actor=team.person, day=DAY, threshold=0.7)

    assert (watch.is_past, watch.chance) == (True, 0.5)
    assert look(scenario, 0.4) == 0
    assert look(scenario, 0.8) == 0
    assert look(scenario, 0.6) == 1


def test_it_can_watch_for_a_rise(scenario, team):
    forecast(scenario, 0.5)
    watching.watch_date(
        scenario.project, actor=team.person, day=DAY, threshold=0.7, direction="above"
    )

    assert [look(scenario, chance) for chance in (0.6, 0.75, 0.69, 0.8)] == [0, 1, 0, 0]


def test_without_a_scenario_it_follows_the_baseline(scenario, team, watch):
    scenario.refresh_from_db()
    branch = branch_scenario(scenario, name="Two crews", actor=team.person)
    assert look(branch, 0.1) == 0

    promote_scenario(branch, actor=team.person, reason="Surer.")

    assert look(branch, 0.1) == 1


def test_who_may_not_read_any_more_is_not_told(scenario, team, watch):
    Membership.objects.filter(person=team.person).update(role=Role.GUEST)

    assert look(scenario, 0.1) == 0


def test_a_scenario_without_a_forecast_says_nothing(scenario, team):
    watch = watching.watch_date(scenario.project, actor=team.person, day=DAY, threshold=0.7)

    assert (watch.is_past, watch.chance) == (False, None)


@pytest.mark.parametrize("threshold", [0.0, 1.0, -1.0, 2.0])
def test_a_senseless_threshold_is_refused(scenario, team, threshold):
    with pytest.raises(ValidationError):
        watching.watch_date(scenario.project, actor=team.person, day=DAY, threshold=threshold)


def test_a_guest_watches_nothing(scenario, team):
    with pytest.raises(PermissionDenied):
        watching.watch_date(scenario.project, actor=join(team, Role.GUEST), day=DAY, threshold=0.7)


def test_the_page_adds_shows_and_deletes(scenario, team):
    client = Client()
    client.force_login(team.person)
    forecast(scenario, 0.62)
    listed = reverse("notices:watches", args=[scenario.project_id])
    sent = {"day": "2026-06-01", "direction": "below", "percent": "70", "scenario": ""}

    made = client.post(f"{listed}add/", sent)
    bad = client.post(f"{listed}add/", {**sent, "percent": "170"})
    page = client.get(listed)
    stranger = Client()
    stranger.force_login(make_team("Elsewhere").person)
    address = reverse("notices:delete-watch", args=[DateWatch.objects.get().pk])

    assert (made.status_code, bad.status_code) == (302, 422)
    assert "62\N{NO-BREAK SPACE}%" in page.text
    assert stranger.post(address).status_code == 404
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    assert not DateWatch.objects.exists()
