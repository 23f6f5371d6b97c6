"""Whose range it was that a task's outcome is held against."""

from datetime import date, datetime

from lineo.accounts.models import User
from planning.models import Scenario
from planning.pages.moments import Moment
from planning.services import history, merging, scenarios, tasks
from simulations.ledger.past import estimators_at, moments_before_start
from tests.builders import Team
from tests.ledger.builders import DAY, estimate, finish, report_until
from tests.ledger.calibrating import BEGIN, key_of, score, score_of


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
