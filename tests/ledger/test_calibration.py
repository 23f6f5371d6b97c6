"""Finished tasks beside what had been said of them, and the ranges that follow."""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role, User
from lineo.jobs.entry import run_waiting
from planning.core.distributions import Pert, Uniform
from planning.core.plan import Plan
from planning.models import Scenario
from planning.pages.moments import Moment
from planning.services import history, merging, scenarios, tasks
from planning.services.commit import Meaning, commit
from planning.services.projects import baseline_of
from planning.snapshot import plan_of
from simulations.ledger import reading, services
from simulations.ledger.listening import ask_for_scores
from simulations.ledger.models import TaskScore
from simulations.ledger.past import estimators_at, moments_before_start
from simulations.ledger.selectors import Calibration, calibration_of
from tests.builders import Team, join, make_project, make_team
from tests.ledger.builders import DAY, estimate, finish, make_plan, report_until, simulate

BEGIN = datetime(2026, 1, 5, 8)


@pytest.fixture
def plan(team: Team, scenario: Scenario) -> Scenario:
    make_plan(scenario, team)
    return scenario


def score(plan: Scenario) -> None:
    ask_for_scores(plan.project_id)
    run_waiting()


def score_of(name: str) -> TaskScore:
    return TaskScore.objects.get(task_name=name)


def key_of(plan: Scenario, name: str) -> str:
    return plan.tasks.get(name=name).key


# --- What is scored, against what -----------------------------------------------------------


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


# --- Whose range it was ---------------------------------------------------------------------


@pytest.fixture
def ann(team: Team) -> User:
    return join(team)


def whose(plan: Scenario, name: str) -> User | None:
    plan.refresh_from_db()
    key = key_of(plan, name)
    found = estimators_at({key: Moment(plan.pk, plan.revision)})[key]
    return User.objects.get(pk=found) if found else None


def test_it_is_who_set_the_range_last(team: Team, plan: Scenario, ann: User) -> None:
    estimate(plan, team, "Dig", 3, 5, actor=ann)
    tasks.edit_task(plan, key_of(plan, "Dig"), actor=team.person, name="Dig deep")

    assert whose(plan, "Dig deep") == ann
    assert whose(plan, "Pour") == team.person


def test_undo_tells_nothing_of_who_estimates(team: Team, plan: Scenario, ann: User) -> None:
    estimate(plan, team, "Dig", 3, 5, actor=ann)
    estimate(plan, team, "Dig", 4, 9)
    history.undo(plan, actor=team.person)
    assert whose(plan, "Dig") == ann

    history.redo(plan, actor=team.person)
    assert whose(plan, "Dig") == team.person


def test_a_merge_leaves_a_range_to_who_set_it(team: Team, plan: Scenario, ann: User) -> None:
    branch = scenarios.branch_scenario(plan, name="Hers", actor=team.person)
    estimate(branch, team, "Dig", 3, 5, actor=ann)

    merging.merge_scenario(plan, branch, actor=team.person)

    assert whose(plan, "Dig") == ann


def test_a_branch_remembers_who_estimated_in_its_source(
    team: Team, plan: Scenario, ann: User
) -> None:
    estimate(plan, team, "Dig", 3, 5, actor=ann)
    branch = scenarios.branch_scenario(plan, name="Mine", actor=team.person)
    estimate(plan, team, "Dig", 9, 12)

    assert whose(branch, "Dig") == ann


def test_a_restored_moment_has_the_estimators_of_then(
    team: Team, plan: Scenario, ann: User
) -> None:
    estimate(plan, team, "Dig", 3, 5, actor=ann)
    plan.refresh_from_db()
    then = plan.revision
    estimate(plan, team, "Dig", 9, 12)
    history.restore(plan, then, actor=team.person, seen=then + 1)

    assert whose(plan, "Dig") == ann


def test_a_range_that_was_set_after_the_start_is_not_scored(
    team: Team, plan: Scenario, ann: User
) -> None:
    key = key_of(plan, "Dig")
    estimate(plan, team, "Dig", 4, 8, actor=ann)
    plan.refresh_from_db()
    before = plan.revision
    tasks.edit_task(plan, key, actor=team.person, actual_start=BEGIN, percent_complete=20.0)
    estimate(plan, team, "Dig", 1, 2)
    report_until(plan, team, date(2026, 1, 30))
    finish(plan, team, "Dig", BEGIN, datetime(2026, 1, 13, 10))

    plan.refresh_from_db()
    assert moments_before_start(plan, [key]) == {key: Moment(plan.pk, before)}
    score(plan)

    assert score_of("Dig").estimator == ann
    assert score_of("Dig").p50_minutes == 6 * DAY


# --- A whole project of one estimator -------------------------------------------------------

TASKS = 60


def worked(team: Team, actor: User, factor: float, name: str = "Foundry") -> Scenario:
    """Return a project whose tasks took ``factor`` times as far from 6 days as was said."""
    from dataclasses import replace

    from planning.core.plan import Task

    scenario = baseline_of(make_project(team, name=name))
    keys = [f"T{number}" for number in range(TASKS)]

    def planned(before: Plan) -> Plan:
        rows = tuple(
            Task(key, key, duration_minutes=6 * DAY, estimate=Uniform(4 * DAY, 8 * DAY))
            for key in [*keys, "open"]
        )
        return replace(before, tasks=rows)

    def done(before: Plan) -> Plan:
        # Every quantile once: calibrated but for the factor, without any chance.
        took = 6 * DAY + factor * ((np.arange(TASKS) + 0.5) / TASKS * 4 - 2) * DAY
        return replace(
            before,
            project=replace(before.project, data_date=datetime(2026, 3, 2, 17)),
            tasks=tuple(
                replace(
                    task,
                    actual_start=BEGIN,
                    actual_finish=at(took[number]) if number < TASKS else None,
                    percent_complete=100 if number < TASKS else 0,
                ) if task.key != "open" else task
                for number, task in enumerate(before.tasks)
            ),
        )  # fmt: skip

    commit(scenario, meaning=Meaning(actor, "import-plan", "Planned"), change=planned)
    simulate(scenario, team)
    commit(scenario, meaning=Meaning(team.person, "edit-tasks", "Done"), change=done)
    score(scenario)
    return Scenario.objects.select_related("project").get(pk=scenario.pk)


def at(minutes: float) -> datetime:
    """Return so many working minutes after the beginning, on a calendar of 8 to 12 and 13 to 17."""
    days, rest = divmod(int(minutes), DAY)
    weeks, weekday = divmod(days, 5)
    return BEGIN + timedelta(days=7 * weeks + weekday, minutes=rest + (60 if rest > 240 else 0))


def calibrated(scenario: Scenario, team: Team) -> Calibration:
    entries = reading.entries(scenario.project)
    return calibration_of(scenario.project, team.membership, entries)


def test_an_overconfident_estimator_is_found_out_and_corrected(team: Team, ann: User) -> None:
    scenario = worked(team, ann, 2.0)
    (theirs,) = calibrated(scenario, team).estimators

    assert theirs.estimator == ann
    assert theirs.count == TASKS
    assert theirs.correction.width.value == pytest.approx(2.0, rel=0.25)
    assert theirs.correction.width.is_clear

    made = services.branch_with_corrected_ranges(
        scenario.project, theirs.correction, actor=team.person, name="Wider", estimator=ann
    )

    plan = plan_of(made)
    factor = theirs.correction.width.value
    assert plan.task("open").estimate == Uniform(
        round(6 * DAY - 2 * DAY * factor), round(6 * DAY + 2 * DAY * factor)
    )
    assert plan.task("T0").estimate == Uniform(4 * DAY, 8 * DAY)
    assert plan_of(scenario).task("open").estimate == Uniform(4 * DAY, 8 * DAY)
    assert "stretched ×" in made.description


def test_a_calibrated_estimator_is_left_alone(team: Team, ann: User) -> None:
    scenario = worked(team, ann, 1.0)
    (theirs,) = calibrated(scenario, team).estimators

    assert not theirs.correction.is_called_for
    with pytest.raises(ValidationError, match="may be chance"):
        services.branch_with_corrected_ranges(
            scenario.project, theirs.correction, actor=team.person, name="Wider", estimator=ann
        )


def test_only_their_own_open_ranges_are_corrected(team: Team, ann: User) -> None:
    scenario = worked(team, ann, 2.0)
    tasks.edit_task(scenario, "open", actor=team.person, estimate=Pert(DAY, 2 * DAY, 3 * DAY))

    scenario.refresh_from_db()

    assert services.open_ranges(scenario, team.person.pk) == {"open"}
    assert services.open_ranges(scenario, ann.pk) == set()


def test_an_estimator_is_judged_by_all_projects_that_the_reader_sees(team: Team, ann: User) -> None:
    worked(team, ann, 2.0, "First")
    second = worked(team, ann, 2.0, "Second")

    found = calibrated(second, team)

    assert found.everybody.count == TASKS
    assert found.estimators[0].count == 2 * TASKS


# --- Pages ----------------------------------------------------------------------------------


def address(scenario: Scenario, name: str = "calibration") -> str:
    return reverse(f"simulations:{name}", args=[scenario.project_id])


def test_the_page_shows_the_scores_and_makes_the_branch(
    client: Client, team: Team, ann: User
) -> None:
    client.force_login(team.person)
    scenario = worked(team, ann, 2.0)

    page = client.get(address(scenario))
    assert page.status_code == 200
    assert page.text.count('class="places-bar"') == 20
    assert "P80 held in" in page.text

    form = {"estimator": str(ann.pk), "name": "Honest"}
    answer = client.post(address(scenario, "correct-ranges"), form)
    made = Scenario.objects.get(name="Honest")
    assert answer.status_code == 302
    assert answer["Location"] == reverse("planning:scenario-diff", args=[made.pk])


def test_work_that_came_finished_is_not_called_unfinished(
    client: Client, team: Team, plan: Scenario
) -> None:
    """As it comes with a file: done, and never forecast here."""
    report_until(plan, team, date(2026, 1, 30))
    finish(plan, team, "Dig", BEGIN, datetime(2026, 1, 13, 10))
    TaskScore.objects.all().delete()
    client.force_login(team.person)

    assert "Nothing was said of them before" in client.get(address(plan)).text


def test_a_project_without_finished_work_says_what_to_do(
    client: Client, team: Team, plan: Scenario
) -> None:
    client.force_login(team.person)

    assert "Nothing is finished yet" in client.get(address(plan)).text
    assert client.post(address(plan, "correct-ranges"), {"name": "X"}).status_code == 422
    unknown = {"name": "X", "estimator": "nobody"}
    assert client.post(address(plan, "correct-ranges"), unknown).status_code == 404


def test_it_is_for_the_projects_own_people(client: Client, team: Team, ann: User) -> None:
    scenario = worked(team, ann, 2.0)
    form = {"estimator": str(ann.pk), "name": "Honest"}

    client.force_login(join(team, Role.VIEWER))
    assert client.get(address(scenario)).status_code == 200
    assert client.post(address(scenario, "correct-ranges"), form).status_code == 403

    client.force_login(make_team("Elsewhere").person)
    assert client.get(address(scenario)).status_code == 404
    assert client.post(address(scenario, "correct-ranges"), form).status_code == 404
    assert not Scenario.objects.filter(name="Honest").exists()


def test_few_tasks_are_said_to_be_few(client: Client, team: Team, plan: Scenario) -> None:
    client.force_login(team.person)
    report_until(plan, team, date(2026, 1, 30))
    finish(plan, team, "Dig", BEGIN, datetime(2026, 1, 12, 12))
    score(plan)

    assert "15 more finished tasks are needed" in client.get(address(plan)).text
