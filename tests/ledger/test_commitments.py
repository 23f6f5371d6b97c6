"""A date given to someone: its chance that day, its course, and what became of it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lineo.accounts.models import Role
from lineo.jobs.entry import run_waiting
from planning.models import ForecastRecord, Scenario
from planning.services import promotions, scenarios, tasks
from simulations import results
from simulations.ledger import reading, services
from simulations.ledger.models import Commitment, CommitmentPoint, KeptMoments
from simulations.ledger.selectors import Entry, Standing
from tests.builders import Team, join, make_team
from tests.ledger.builders import estimate, finish, make_plan, report_until, simulate

DUE = date(2026, 1, 20)


@pytest.fixture
def plan(team: Team, scenario: Scenario) -> Scenario:
    make_plan(scenario, team)
    return scenario


def give(plan: Scenario, team: Team, due: date = DUE, **more: str) -> Commitment:
    return services.give_commitment(
        plan.project, actor=team.person, to_whom="Sponsor", due=due, **more
    )


def only(plan: Scenario) -> Entry:
    (entry,) = reading.entries(plan.project)
    return entry


def test_the_chance_of_the_day_is_that_of_the_standing_forecast(team: Team, plan: Scenario) -> None:
    after = simulate(plan, team)

    row = give(plan, team)

    point = row.points.get()
    finishes = results.unpack(bytes(after.forecast_finishes))[""]
    # From Monday 5 to the evening of Tuesday 20 January are 12 working days.
    assert point.chance == (finishes <= 12 * 480).mean()
    assert 0 < point.chance < 1
    assert point.record == ForecastRecord.objects.get()
    assert point.is_given
    assert row.due == datetime(2026, 1, 20, 17)


def test_a_milestone_has_a_chance_of_its_own(team: Team, plan: Scenario) -> None:
    key = plan.tasks.get(name="Opened").key
    tasks.add_task(plan, actor=team.person, name="Clear away", duration_minutes=30 * 480)
    simulate(plan, team)

    finish_of_all = give(plan, team)
    opened = give(plan, team, milestone_key=key)

    assert finish_of_all.points.get().chance == 0.0
    assert opened.points.get().chance > 0.1
    assert opened.milestone_name == "Opened"


def test_each_stored_forecast_appends_a_point_and_a_live_one_none(
    team: Team, plan: Scenario
) -> None:
    simulate(plan, team)
    row = give(plan, team)

    estimate(plan, team, "Pour", 12, 20)
    run_waiting()
    assert row.points.count() == 1
    after = simulate(plan, team)

    first, second = row.points.order_by("made_at")
    assert second.chance < first.chance
    assert not second.is_given
    assert second.record.revision == after.forecast_revision


def test_what_is_tried_in_a_branch_leaves_the_promise_alone(team: Team, plan: Scenario) -> None:
    simulate(plan, team)
    row = give(plan, team)

    branch = scenarios.branch_scenario(plan, name="What if", actor=team.person)
    simulate(branch, team)

    assert row.points.count() == 1
    assert KeptMoments.objects.count() == 1


def test_a_promotion_goes_on_with_the_forecast_of_the_new_baseline(
    team: Team, plan: Scenario, django_capture_on_commit_callbacks: Any
) -> None:
    simulate(plan, team)
    row = give(plan, team)
    branch = scenarios.branch_scenario(plan, name="Slower", actor=team.person)
    estimate(branch, team, "Pour", 12, 20)
    simulate(branch, team)

    with django_capture_on_commit_callbacks(execute=True):
        promotions.promote_scenario(branch, actor=team.person, reason="It is what it is.")

    first, second = row.points.order_by("made_at")
    assert second.record.scenario == branch
    assert second.chance < first.chance
    assert KeptMoments.objects.filter(record=second.record).exists()


def test_without_a_forecast_the_chance_begins_with_the_next_one(team: Team, plan: Scenario) -> None:
    give(plan, team)
    assert only(plan).now is None

    simulate(plan, team)

    entry = only(plan)
    assert entry.given is None
    assert entry.now is not None


@pytest.mark.parametrize(
    ("end", "standing"),
    [(datetime(2026, 1, 20, 17), Standing.KEPT), (datetime(2026, 1, 21, 9), Standing.MISSED)],
)
def test_it_is_kept_or_missed_once_all_is_done(
    team: Team, plan: Scenario, end: datetime, standing: Standing
) -> None:
    simulate(plan, team)
    give(plan, team)
    report_until(plan, team, date(2026, 1, 30))

    finish(plan, team, "Dig", datetime(2026, 1, 5, 8), datetime(2026, 1, 12, 17))
    finish(plan, team, "Pour", datetime(2026, 1, 13, 8), end)
    finish(plan, team, "Opened", end, end)

    entry = only(plan)
    assert entry.standing is standing
    assert entry.finished_at == end


def test_what_is_met_gets_no_more_points(team: Team, plan: Scenario) -> None:
    simulate(plan, team)
    row = give(plan, team, milestone_key=plan.tasks.get(name="Opened").key)
    report_until(plan, team, date(2026, 1, 30))
    for name, last in (("Dig", 12), ("Pour", 16), ("Opened", 16)):
        start = datetime(2026, 1, 5 if name == "Dig" else 13, 8)
        end = datetime(2026, 1, last, 17)
        finish(plan, team, name, end if name == "Opened" else start, end)

    simulate(plan, team)

    assert row.points.count() == 1


def test_a_date_that_was_reported_past_is_missed_before_the_work_is_done(
    team: Team, plan: Scenario
) -> None:
    give(plan, team)

    report_until(plan, team, date(2026, 1, 21))

    plan.refresh_from_db()
    assert only(plan).standing is Standing.MISSED


def test_many_dates_that_were_missed_are_read_in_as_many_queries_as_one(
    team: Team, plan: Scenario
) -> None:
    give(plan, team)
    report_until(plan, team, date(2026, 1, 21))
    with CaptureQueriesContext(connection) as few:
        only(plan)
    for _ in range(5):
        give(plan, team)

    with CaptureQueriesContext(connection) as many:
        found = reading.entries(plan.project)

    assert [entry.standing for entry in found] == [Standing.MISSED] * 6
    assert len(many) == len(few)


def test_a_milestone_that_left_the_baseline_says_so(team: Team, plan: Scenario) -> None:
    key = plan.tasks.get(name="Opened").key
    row = give(plan, team, milestone_key=key)

    tasks.delete_tasks(plan, [key], actor=team.person)
    simulate(plan, team)

    assert only(plan).is_gone
    assert not row.points.exists()


def test_it_is_withdrawn_for_a_reason_and_stays(team: Team, plan: Scenario) -> None:
    row = give(plan, team)

    with pytest.raises(ValidationError, match="Say why"):
        services.withdraw_commitment(row, actor=team.person, reason="  ")
    services.withdraw_commitment(row, actor=team.person, reason="Scope was cut.")
    with pytest.raises(ValidationError, match="already"):
        services.withdraw_commitment(row, actor=team.person, reason="Again.")

    simulate(plan, team)
    assert only(plan).standing is Standing.WITHDRAWN
    assert not row.points.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"to_whom": "  "},
        {"milestone_key": "nothing"},
        {"given_on": timezone.localdate() + timedelta(days=2)},
    ],
)
def test_what_makes_no_sense_is_refused(
    team: Team, plan: Scenario, wrong: dict[str, object]
) -> None:
    said = {"to_whom": "Sponsor", "due": DUE, **wrong}

    with pytest.raises(ValidationError):
        services.give_commitment(plan.project, actor=team.person, **said)

    assert not Commitment.objects.exists()


def test_a_viewer_gives_no_dates(team: Team, plan: Scenario) -> None:
    viewer = join(team, Role.VIEWER)

    with pytest.raises(PermissionDenied):
        services.give_commitment(plan.project, actor=viewer, to_whom="Me", due=DUE)


# --- Pages ----------------------------------------------------------------------------------


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


def address(plan: Scenario, name: str = "commitments") -> str:
    return reverse(f"simulations:{name}", args=[plan.project_id])


FORM = {"to_whom": "Sponsor", "due": "2026-01-20", "milestone": "", "note": "As agreed."}


def test_the_page_says_what_is_most_in_danger(person: Client, team: Team, plan: Scenario) -> None:
    assert "No date was given yet" in person.get(address(plan)).text
    simulate(plan, team)

    assert person.post(address(plan, "give-commitment"), FORM).status_code == 302
    person.post(address(plan, "give-commitment"), FORM | {"due": "2026-03-20", "to_whom": "Press"})

    page = person.get(address(plan))
    chance = Commitment.objects.get(to_whom="Sponsor").points.get().chance
    assert page.context["page"].danger.entry.now.chance == chance
    assert page.text.count('class="course-line') == 2


def test_a_commitment_has_a_page_with_its_course(
    person: Client, team: Team, plan: Scenario
) -> None:
    simulate(plan, team)
    row = give(plan, team)
    simulate(plan, team)

    page = person.get(reverse("simulations:commitment", args=[row.pk]))

    assert page.text.count('class="course-dot"') == 2
    assert "the day it was given" in page.text


def test_it_is_withdrawn_on_its_page(person: Client, team: Team, plan: Scenario) -> None:
    row = give(plan, team)
    url = reverse("simulations:withdraw-commitment", args=[row.pk])

    assert person.post(url, {"reason": ""}).status_code == 422
    assert person.post(url, {"reason": "Scope was cut."}).status_code == 302

    page = person.get(reverse("simulations:commitment", args=[row.pk])).text
    assert "Scope was cut." in page
    assert "Withdraw it" not in page


@pytest.mark.parametrize(
    "wrong", [{"to_whom": ""}, {"due": "soon"}, {"milestone": "nothing"}, {"to_whom": "a\x00b"}]
)
def test_a_wrong_form_is_shown_again(person: Client, plan: Scenario, wrong: dict[str, str]) -> None:
    answer = person.post(address(plan, "give-commitment"), FORM | wrong)

    assert answer.status_code == 422
    assert "As agreed." in answer.text


def test_it_is_for_the_projects_own_people(client: Client, team: Team, plan: Scenario) -> None:
    row = give(plan, team)
    one = reverse("simulations:commitment", args=[row.pk])
    take = reverse("simulations:withdraw-commitment", args=[row.pk])

    client.force_login(join(team, Role.VIEWER))
    assert client.get(address(plan)).status_code == client.get(one).status_code == 200
    assert "Withdraw it" not in client.get(one).text
    assert client.post(address(plan, "give-commitment"), FORM).status_code == 403
    assert client.post(take, {"reason": "x"}).status_code == 403

    client.force_login(make_team("Elsewhere").person)
    for url in (address(plan), one):
        assert client.get(url).status_code == 404
    for url in (address(plan, "give-commitment"), take):
        assert client.post(url, FORM | {"reason": "x"}).status_code == 404
        assert client.get(url).status_code == 405
    assert CommitmentPoint.objects.count() == 0
