"""A whole project of one estimator: found out, corrected, and shown."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role, User
from planning.core.distributions import Pert, Uniform
from planning.core.plan import Plan, ProjectSettings, Task
from planning.models import Scenario
from planning.services import tasks
from planning.snapshot import plan_of
from simulations.ledger import services
from simulations.ledger.models import TaskScore
from tests.builders import Team, join, make_team
from tests.ledger.builders import DAY, finish, report_until
from tests.ledger.calibrating import BEGIN, TASKS, calibrated, score, worked


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


@pytest.mark.parametrize(("data_date", "days"), [(None, 3), (datetime(2026, 1, 9, 8), 2)])
def test_a_correction_leaves_the_duration_of_begun_work_alone(
    data_date: datetime | None, days: int
) -> None:
    """Once a share is done by the data date the range tells what remains, not the whole."""
    begun = Task("A", "Dig", duration_minutes=2 * DAY, percent_complete=40.0,
                 estimate=Pert(DAY, 2 * DAY, 3 * DAY))  # fmt: skip
    settings = ProjectSettings("Shed", datetime(2026, 1, 5, 8), data_date=data_date)
    plan = Plan(settings, tasks=(begun,))

    corrected = services.with_corrected(plan, {"A"}, 1.5, 1.0).task("A")

    assert corrected.estimate != begun.estimate
    assert corrected.duration_minutes == days * DAY


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

    assert "No finished task can be scored" in client.get(address(plan)).text


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
