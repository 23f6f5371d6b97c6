"""Risks, calendars, settings and scenarios, edited on pages of their own."""

import re
from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from planning.core.plan import RiskLevel
from planning.models import Calendar, Risk, Scenario, Task
from planning.services import plans
from planning.snapshot import plan_of
from tests.builders import Team, make_chain


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def chain(scenario: Scenario, team: Team) -> list[Task]:
    return make_chain(scenario, "Dig", "Pour", team=team)


def add_risk(person: Client, scenario: Scenario, **fields: str):
    data = {"name": "Late permit", "probability": "30", "impacts": "1: 5d", **fields}
    return person.post(reverse("planning:add-risk", args=[scenario.pk]), data)


def test_a_risk_is_typed_in_days_and_in_per_cent(person, chain, scenario):
    lines = f"{chain[0].number}: 2..5..9d\n{chain[1].number} -20%"

    response = add_risk(person, scenario, impacts=lines)

    (risk,) = plan_of(Scenario.objects.get(pk=scenario.pk)).risks
    assert response.status_code == 302
    assert risk.probability == 0.3
    assert [impact.relative for impact in risk.impacts] == [False, True]
    assert risk.impacts[1].estimate.value == -2000


def test_a_risk_reads_back_as_it_was_typed(person, chain, scenario):
    typed = f"{chain[0].number}: 2..5..9d\n{chain[1].number}: -2.5..10%"
    add_risk(person, scenario, impacts=typed, probability_after="10")

    page = person.get(reverse("planning:risk", args=[Risk.objects.get().pk]))

    assert page.context["form"].initial["impacts"] == typed
    assert page.context["form"].initial["probability_after"] == 10
    assert 'value="10"' in page.text


@pytest.mark.parametrize("impacts", ["5d", "77: 5d", "1: soon", "1: 10..5d"])
def test_an_impact_that_cannot_be_read_is_refused(person, chain, scenario, impacts):
    response = add_risk(person, scenario, impacts=impacts)

    assert response.status_code == 422
    assert not Risk.objects.exists()


def test_a_risk_is_edited_and_deleted(person, chain, scenario):
    add_risk(person, scenario, impacts=f"{chain[0].number}: 5d")
    risk = Risk.objects.get()
    data = {"name": "No permit", "probability": "50", "impacts": f"{chain[1].number}: 1d"}

    person.post(reverse("planning:risk", args=[risk.pk]), {**data, "version": risk.version})
    assert Risk.objects.get().name == "No permit"

    late = person.post(reverse("planning:risk", args=[risk.pk]), {**data, "version": risk.version})
    assert late.status_code == 409

    person.post(reverse("planning:delete-risk", args=[risk.pk]))
    assert not Risk.objects.exists()


def test_a_day_off_moves_the_plan(person, chain, scenario):
    calendar = Calendar.objects.get(scenario=scenario)
    page = person.get(reverse("planning:calendar", args=[calendar.pk]))
    data = {name: value for name, value in page.context["form"].initial.items() if value}
    before = Task.objects.get(pk=chain[1].pk).finish

    data |= {"exceptions": "2026-01-06 to 2026-01-07", "version": calendar.version}
    response = person.post(reverse("planning:calendar", args=[calendar.pk]), data)

    assert response.status_code == 302
    assert (Task.objects.get(pk=chain[1].pk).finish - before).days == 2


@pytest.mark.parametrize(
    ("field", "typed"),
    [("mon", "8 to 5"), ("mon", "08:00-12:00, 11:00-15:00"), ("exceptions", "x")],
)
def test_hours_that_cannot_be_read_are_refused(person, scenario, field, typed):
    data = {"name": "Night shift", field: typed}

    response = person.post(reverse("planning:add-calendar", args=[scenario.pk]), data)

    assert response.status_code == 422
    assert Calendar.objects.filter(scenario=scenario).count() == 1


def test_a_calendar_is_read_as_people_say_it(person, scenario):
    calendar = Calendar.objects.get(scenario=scenario)
    page = person.get(reverse("planning:calendar", args=[calendar.pk]))
    data = {name: value for name, value in page.context["form"].initial.items() if value}
    data |= {"wed": "09:00-12:00", "exceptions": "2026-01-06 to 2026-01-07\n2026-01-10 09:00-12:00"}
    person.post(reverse("planning:calendar", args=[calendar.pk]), data | {"version": 1})

    (card,) = person.get(reverse("planning:calendars", args=[scenario.pk])).context["rows"]

    assert [days.label for days in card.week] == ["Mon–Tue", "Wed", "Thu–Fri", "Sat–Sun"]
    assert [days.hours for days in card.week][1::2] == ["09:00–12:00", "–"]
    assert [(days.first.day, days.last.day, days.hours) for days in card.exceptions] == [
        (6, 7, "–"),
        (10, 10, "09:00–12:00"),
    ]


def test_the_project_calendar_is_not_deleted(person, scenario):
    calendar = Calendar.objects.get(scenario=scenario)

    person.post(reverse("planning:delete-calendar", args=[calendar.pk]))

    assert Calendar.objects.filter(pk=calendar.pk).exists()


def test_the_target_is_the_last_working_minute_of_its_day(person, scenario):
    data = {
        "start": "2026-01-05",
        "target": "2026-03-06",
        "calendar": "standard",
        "critical_float_limit": "0d",
    }

    response = person.post(reverse("planning:plan-settings", args=[scenario.pk]), data)

    assert response.status_code == 302
    assert Scenario.objects.get(pk=scenario.pk).target.isoformat() == "2026-03-06T17:00:00"


def what_a_browser_sends(page):
    """Return the fields of the form on a page, with what the form carries along."""
    fields = re.findall(r'<input[^>]* name="([^"]+)"(?: value="([^"]*)")?', page.text)
    chosen = re.findall(r'(?s)<select name="([^"]+)".*?value="([^"]*)" selected', page.text)
    return dict([*fields, *chosen])


def test_what_others_changed_in_the_settings_is_not_taken_back(person, scenario, team):
    address = reverse("planning:plan-settings", args=[scenario.pk])
    sent = what_a_browser_sends(person.get(address))
    plans.edit_settings(scenario, actor=team.person, target=datetime(2026, 3, 6, 17))

    answer = person.post(address, {**sent, "data_date": "2026-01-12"})

    settings = plan_of(Scenario.objects.get(pk=scenario.pk)).project
    assert answer.status_code == 302
    assert settings.data_date == datetime(2026, 1, 12, 8)
    assert settings.target == datetime(2026, 3, 6, 17)


def test_a_setting_that_two_change_is_written_over_once_it_was_seen(person, scenario, team):
    address = reverse("planning:plan-settings", args=[scenario.pk])
    sent = {**what_a_browser_sends(person.get(address)), "target": "2026-05-08"}
    plans.edit_settings(scenario, actor=team.person, target=datetime(2026, 3, 6, 17))

    refused = person.post(address, sent)
    again = person.post(address, what_a_browser_sends(refused))

    assert refused.status_code == 422
    assert "Meanwhile this is “2026-03-06”; saving again replaces it." in refused.text
    assert again.status_code == 302
    assert Scenario.objects.get(pk=scenario.pk).target == datetime(2026, 5, 8, 17)


def test_a_calendar_that_two_choose_is_told_by_its_name(person, scenario, team):
    for key, name in (("early", "Early shift"), ("late", "Late shift")):
        calendar = replace(plan_of(scenario).calendars[0], key=key, name=name)
        plans.save_entity(scenario, calendar, actor=team.person)
        scenario.refresh_from_db()
    address = reverse("planning:plan-settings", args=[scenario.pk])
    sent = {**what_a_browser_sends(person.get(address)), "calendar": "early"}
    plans.edit_settings(scenario, actor=team.person, calendar="late")

    refused = person.post(address, sent)
    again = person.post(address, what_a_browser_sends(refused))

    assert "Meanwhile this is “Late shift”; saving again replaces it." in refused.text
    assert again.status_code == 302
    assert Scenario.objects.get(pk=scenario.pk).calendar_key == "early"


def test_risk_levels_are_typed_in_per_cent(person, chain, scenario):
    page = person.get(reverse("planning:plan-settings", args=[scenario.pk]))
    data = {name: value for name, value in page.context["form"].initial.items() if value}
    assert data["risk_level_high"] == "80..100..180"

    response = person.post(
        reverse("planning:plan-settings", args=[scenario.pk]),
        {**data, "risk_level_high": "70 .. 100 .. 250 %"},
    )

    settings = plan_of(Scenario.objects.get(pk=scenario.pk)).project
    assert response.status_code == 302
    assert settings.risk_level("high") == RiskLevel(0.7, 1.0, 2.5)
    assert settings.risk_level("low") == RiskLevel(0.9, 1.0, 1.15)


@pytest.mark.parametrize("typed", ["100", "120..100..90", "low..100..high", "90..100"])
def test_a_risk_level_that_cannot_be_read_is_refused(person, chain, scenario, typed):
    page = person.get(reverse("planning:plan-settings", args=[scenario.pk]))
    data = {name: value for name, value in page.context["form"].initial.items() if value}

    response = person.post(
        reverse("planning:plan-settings", args=[scenario.pk]), {**data, "risk_level_low": typed}
    )

    assert response.status_code == 422
    assert "three per cents" in response.text


def test_a_scenario_is_branched_renamed_archived_and_restored(person, chain, scenario):
    person.post(reverse("planning:branch-scenario", args=[scenario.pk]), {"name": "Two crews"})
    branch = Scenario.objects.get(name="Two crews")
    person.post(
        reverse("planning:scenario-details", args=[branch.pk]),
        {"name": "Three crews", "version": branch.version},
    )
    person.post(reverse("planning:archive-scenario", args=[branch.pk]))
    assert Scenario.objects.get(name="Three crews").is_archived

    person.post(reverse("planning:restore-scenario", args=[branch.pk]))
    assert not Scenario.objects.get(pk=branch.pk).is_archived


def test_a_name_that_is_taken_is_refused_with_a_form_to_choose_another(person, scenario):
    response = person.post(
        reverse("planning:branch-scenario", args=[scenario.pk]), {"name": "Baseline"}
    )

    assert response.status_code == 422
    assert "already has a scenario of that name" in response.text


def test_an_archived_plan_is_not_edited(person, scenario):
    person.post(reverse("planning:branch-scenario", args=[scenario.pk]), {"name": "Old"})
    branch = Scenario.objects.get(name="Old")
    person.post(reverse("planning:archive-scenario", args=[branch.pk]))

    response = person.post(reverse("planning:add-task", args=[branch.pk]), {"name": "Late"})

    assert response.status_code == 422
    assert not Task.objects.filter(scenario=branch).exists()


def test_a_new_project_opens_its_empty_plan(person):
    data = {"name": "Bridge", "start": "2026-02-02", "type": "other", "time_zone": "Europe/Berlin"}

    response = person.post(reverse("planning:create-project"), data, follow=True)

    assert "An empty plan" in response.text
    assert Scenario.objects.get(is_baseline=True).project.name == "Bridge"


def test_a_project_without_a_name_is_refused(person):
    response = person.post(reverse("planning:create-project"), {"start": "2026-02-02"})

    assert response.status_code == 422
