"""Finished tasks beside what had been said of them."""

from datetime import date, datetime
from typing import Any

import pytest

from lineo.jobs.entry import run_waiting
from planning.core.distributions import Uniform
from planning.core.plan import Plan
from planning.models import Scenario
from planning.services import history, tasks
from planning.services.commit import Meaning, commit
from simulations.ledger.models import TaskScore
from tests.builders import Team
from tests.ledger.builders import DAY, estimate, finish, report_until, simulate
from tests.ledger.calibrating import BEGIN, key_of, score, score_of


def test_a_finish_is_placed_in_the_last_forecast_before_its_work_began(
    team: Team, plan: Scenario
) -> None:
    simulate(plan, team)
    estimate(plan, team, "Dig", 4, 8)
    last = simulate(plan, team)
    report_until(plan, team, date(2026, 1, 30))
    # Six days and a half: half of what was said.
    finish(plan, team, "Dig", BEGIN, datetime(2026, 1, 13, 10))
    simulate(plan, team)

    score(plan)

    found = score_of("Dig")
    assert found.record.revision == last.forecast_revision
    # 6.25 of 4 to 8 days lie behind.
    assert found.finish_low == found.finish_high == pytest.approx(0.5625, abs=0.03)
    assert found.duration_low == pytest.approx(0.5625, abs=0.005)
    assert (found.p10_minutes, found.p50_minutes, found.p90_minutes) == pytest.approx(
        (4.4 * DAY, 6 * DAY, 7.6 * DAY)
    )
    assert found.minutes == 6.25 * DAY


def test_a_finish_that_only_names_its_day_is_spread_over_it(team: Team, plan: Scenario) -> None:
    estimate(plan, team, "Dig", 4, 8)
    simulate(plan, team)
    report_until(plan, team, date(2026, 1, 30))

    finish(plan, team, "Dig", BEGIN, datetime(2026, 1, 12, 17))
    score(plan)

    found = score_of("Dig")
    assert (found.duration_low, found.duration_high) == pytest.approx((0.25, 0.5), abs=0.005)
    assert (found.finish_low, found.finish_high) == pytest.approx((0.25, 0.5), abs=0.03)
    assert found.resolution_minutes == DAY


def test_a_forecast_whose_data_date_lies_behind_the_start_knew_too_much(
    team: Team, plan: Scenario
) -> None:
    simulate(plan, team)
    first = plan.forecast_records.get()
    report_until(plan, team, date(2026, 1, 8))
    simulate(plan, team)

    finish(plan, team, "Dig", BEGIN, datetime(2026, 1, 8, 12))
    score(plan)

    assert score_of("Dig").record == first


def test_a_finish_that_is_taken_back_takes_its_score_back(team: Team, plan: Scenario) -> None:
    report_until(plan, team, date(2026, 1, 30))
    finish(plan, team, "Dig", BEGIN, datetime(2026, 1, 12, 17))
    score(plan)
    assert TaskScore.objects.count() == 1

    history.undo(plan, actor=team.person)
    score(plan)

    assert not TaskScore.objects.exists()


def test_a_finish_that_is_put_right_is_scored_anew_and_scoring_twice_changes_nothing(
    team: Team, plan: Scenario
) -> None:
    report_until(plan, team, date(2026, 1, 30))
    finish(plan, team, "Dig", BEGIN, datetime(2026, 1, 12, 17))
    score(plan)
    first = score_of("Dig")
    score(plan)
    assert score_of("Dig") == first

    finish(plan, team, "Dig", BEGIN, datetime(2026, 1, 13, 17))
    score(plan)

    assert score_of("Dig").minutes == first.minutes + DAY


def test_it_is_asked_for_when_work_is_reported_done(
    team: Team, plan: Scenario, django_capture_on_commit_callbacks: Any
) -> None:
    report_until(plan, team, date(2026, 1, 30))

    with django_capture_on_commit_callbacks(execute=True):
        tasks.edit_task(plan, key_of(plan, "Dig"), actor=team.person, percent_complete=10.0,
                        actual_start=BEGIN)  # fmt: skip
    run_waiting()
    assert not TaskScore.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        finish(plan, team, "Dig", BEGIN, datetime(2026, 1, 12, 17))
    run_waiting()

    assert TaskScore.objects.count() == 1


def test_what_came_with_its_progress_has_nothing_to_be_scored_by(
    team: Team, scenario: Scenario
) -> None:
    def imported(before: Plan) -> Plan:
        from dataclasses import replace

        from planning.core.plan import Task

        done = Task("X", "Old work", duration_minutes=DAY, estimate=Uniform(DAY, 3 * DAY),
                    actual_start=BEGIN, actual_finish=datetime(2026, 1, 6, 12),
                    percent_complete=100)  # fmt: skip
        settings = replace(before.project, data_date=datetime(2026, 1, 30, 17))
        return replace(before, project=settings, tasks=(done,))

    commit(scenario, meaning=Meaning(team.person, "import-plan", "Imported"), change=imported)
    score(scenario)

    assert score_of("Old work").duration_low is None
