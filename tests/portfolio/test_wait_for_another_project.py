"""A task that waits for a task of another project: typed, shown, explained, followed, undone."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from lineo.accounts.models import PolicyRule, Role, User
from lineo.accounts.policy import Action
from lineo.accounts.tenancy import workspace_context
from lineo.activity.models import Change
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Job, JobDetail
from lineo.portfolio import following, services
from lineo.portfolio.models import Follow
from planning import snapshot
from planning.core.plan import ExternalLink
from planning.interchange.planfile import plan_from_json, plan_to_json
from planning.models import Scenario, Task
from planning.pages.reasons import reasons_of
from planning.services import history, projects, scenarios, tasks
from planning.services.promotions import promote_scenario
from planning.table.cell_values import cell_value
from planning.table.workbench import Workbench
from tests.builders import Team, join, make_project
from tests.portfolio.builders import fresh, make_task, wait_for


@pytest.fixture
def roof(house: Scenario, team: Team) -> Task:
    return make_task(house, "Roof", team=team, days=2)


@pytest.fixture
def paved(road: Scenario, team: Team) -> Task:
    """Done on Wednesday, 7 January, 17:00."""
    return make_task(road, "Pave", team=team, days=3)


def test_a_task_starts_when_the_other_projects_task_is_scheduled_to_finish(roof, paved, team):
    waiting = wait_for(roof, "ROAD-1FS+1d", team=team)

    assert waiting.start == datetime(2026, 1, 9, 8)
    assert waiting.scenario.scheduled_finish == datetime(2026, 1, 12, 17)
    assert cell_value(waiting, "predecessors") == "ROAD-1FS+1d"


def test_a_task_may_finish_no_earlier_than_the_other_projects_task_starts(roof, paved, team):
    waiting = wait_for(roof, "ROAD-1SF+4d", team=team)

    # The other starts on Monday, 5 January, 08:00; four working days later it is Thursday evening.
    assert waiting.finish == datetime(2026, 1, 8, 17)
    assert cell_value(waiting, "predecessors") == "ROAD-1SF+4d"
    assert "It finishes when" in str(reasons_of(waiting).driven_by[0])


def test_the_table_and_the_reason_name_the_link(roof, paved, team):
    waiting = wait_for(roof, "road-1", team=team)

    row = Workbench(waiting.scenario).window(0).rows[0]

    assert [cell.text for cell in row.cells if cell.name == "predecessors"] == ["ROAD-1"]
    told = str(reasons_of(waiting).driven_by[0])
    assert "It starts when" in told
    assert "ROAD-1 Pave" in told
    assert "of “Road” finishes." in told


def test_links_inside_and_to_other_projects_stand_in_one_cell(house, roof, paved, team):
    make_task(house, "Walls", team=team)

    waiting = wait_for(roof, "2SS, ROAD-1FF", team=team)

    assert cell_value(waiting, "predecessors") == "2SS, ROAD-1FF"
    assert cell_value(wait_for(waiting, "2SS", team=team), "predecessors") == "2SS"
    assert not Follow.objects.exists()


@pytest.mark.parametrize("text", ["ROAD-99", "NONE-1", "ROAD-1FS+50%"])
def test_what_is_no_such_task_is_refused(roof, paved, team, text):
    with pytest.raises(ValidationError):
        wait_for(roof, text, team=team)

    assert fresh(roof).options == {}


def test_a_summary_waits_for_no_other_project(house, roof, paved, team):
    make_task(house, "Beam", team=team, parent=roof.key)

    with pytest.raises(ValidationError, match="link a task below"):
        wait_for(fresh(roof), "ROAD-1", team=team)


def test_a_task_that_waits_for_another_project_becomes_no_summary(house, roof, paved, team):
    waiting = wait_for(roof, "ROAD-1", team=team)

    with pytest.raises(ValidationError, match="which no summary can"):
        make_task(waiting.scenario, "Beam", team=team, parent=roof.key)


def test_when_the_other_project_moves_its_follower_is_rescheduled_by_the_system(
    roof, paved, team, django_capture_on_commit_callbacks
):
    wait_for(roof, "ROAD-1", team=team)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.edit_task(paved.scenario, paved.key, actor=team.person, duration_minutes=5 * 480)
    asked = JobDetail.objects.filter(job__function=following.FUNCTION)
    asked = [detail.payload["scenario"] for detail in asked]
    assert asked == [str(roof.scenario_id)]
    assert fresh(roof).start == datetime(2026, 1, 8, 8), "not in the request of who moved it"

    change = following.follow(roof.scenario)

    assert fresh(roof).start == datetime(2026, 1, 12, 8)
    assert (change.actor, change.intention) == (None, "follow-projects")
    assert [edit["field"] for edit in change.edits] == ["external_dates"]
    assert following.follow(roof.scenario) is None


def test_an_edit_that_nobody_follows_asks_for_nothing(
    roof, paved, team, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        tasks.edit_task(paved.scenario, paved.key, actor=team.person, duration_minutes=480)

    assert not Job.objects.filter(function=following.FUNCTION).exists()


def test_undo_takes_the_link_back_though_dates_have_moved_since(roof, paved, team):
    wait_for(roof, "ROAD-1", team=team)
    tasks.edit_task(paved.scenario, paved.key, actor=team.person, duration_minutes=5 * 480)
    following.follow(roof.scenario)

    history.undo(Scenario.objects.get(pk=roof.scenario_id), actor=team.person)

    assert fresh(roof).start == datetime(2026, 1, 5, 8)
    assert not Follow.objects.exists()

    history.redo(Scenario.objects.get(pk=roof.scenario_id), actor=team.person)

    assert fresh(roof).start == datetime(2026, 1, 12, 8), "as the other project stands now"
    assert Follow.objects.count() == 1


def test_a_branch_keeps_the_link_and_follows_too(roof, paved, team):
    wait_for(roof, "ROAD-1FS+1d", team=team)

    branch = scenarios.branch_scenario(roof.scenario, name="Late", actor=team.person)

    assert branch.tasks.get().start == datetime(2026, 1, 9, 8)
    assert set(Follow.objects.values_list("scenario_id", flat=True)) == {
        roof.scenario_id,
        branch.pk,
    }


def test_a_scenario_from_the_archive_hears_what_it_missed(roof, paved, team):
    wait_for(roof, "ROAD-1", team=team)
    branch = scenarios.branch_scenario(roof.scenario, name="Late", actor=team.person)
    scenarios.archive_scenario(branch, actor=team.person)
    tasks.edit_task(paved.scenario, paved.key, actor=team.person, duration_minutes=5 * 480)

    assert following.followers_of(paved.scenario.project_id) == [roof.scenario_id]
    scenarios.restore_scenario(branch, actor=team.person)

    assert branch.tasks.get().start == datetime(2026, 1, 12, 8)


def test_the_plan_file_keeps_the_link_and_its_dates(roof, paved, team):
    waiting = wait_for(roof, "ROAD-1FS+1d", team=team)
    snapshot.recent.clear()
    plan = snapshot.plan_of(Scenario.objects.get(pk=waiting.scenario_id))

    assert plan_from_json(plan_to_json(plan)) == plan
    (link,) = plan.task(roof.key).external_links
    assert (link.project, link.task) == (str(paved.scenario.project_id), paved.key)


def test_a_file_with_a_link_that_nobody_here_knows_keeps_the_date_alone(roof, paved, team):
    waiting = wait_for(roof, "ROAD-1FS+1d", team=team)
    text = plan_to_json(snapshot.plan_of(waiting.scenario))
    unknown = text.replace(str(paved.scenario.project_id), "0194aaaa-0000-7000-8000-000000000000")

    made = projects.create_project_from_plan(
        plan=plan_from_json(unknown), name="Copy", actor=team.person
    )

    task = projects.baseline_of(made).tasks.get()
    assert task.start == waiting.start
    assert "external_links" not in task.options
    assert task.options["external_start"] == "2026-01-08T17:00"


def test_other_time_zones_are_reckoned_with(roof, team):
    far = make_project(team, name="Far", code="FAR", time_zone="America/New_York")
    make_task(projects.baseline_of(far), "Ship", team=team)

    waiting = wait_for(roof, "FAR-1", team=team)

    assert waiting.start == datetime(2026, 1, 6, 8), "17:00 there is 22:00 here"
    assert waiting.options["external_dates"][0]["finish"] == "2026-01-05T22:00"


def test_another_time_zone_is_heard_of(roof, team, django_capture_on_commit_callbacks):
    far = make_project(team, name="Far", code="FAR")
    make_task(projects.baseline_of(far), "Ship", team=team)
    waiting = wait_for(roof, "FAR-1", team=team)
    assert waiting.options["external_dates"][0]["finish"] == "2026-01-05T17:00"

    for project, zone, heard in (
        (far, "America/New_York", "2026-01-05T22:00"),
        (roof.scenario.project, "Europe/Berlin", "2026-01-05T23:00"),
    ):
        with django_capture_on_commit_callbacks(execute=True):
            projects.edit_project(project, actor=team.person, time_zone=zone)
        run_waiting()

        assert fresh(roof).options["external_dates"][0]["finish"] == heard


def test_the_scenario_that_the_other_project_shows_is_what_counts(
    roof, paved, team, django_capture_on_commit_callbacks
):
    wait_for(roof, "ROAD-1", team=team)
    slow = scenarios.branch_scenario(paved.scenario, name="Slow", actor=team.person)
    tasks.edit_task(slow, paved.key, actor=team.person, duration_minutes=10 * 480)
    following.follow(roof.scenario)
    assert fresh(roof).start == datetime(2026, 1, 8, 8)

    services.choose_scenario(paved.scenario.project, slow, actor=team.person)
    following.follow(roof.scenario)
    assert fresh(roof).start == datetime(2026, 1, 19, 8)

    scenarios.archive_scenario(slow, actor=team.person)
    following.follow(roof.scenario)
    assert fresh(roof).start == datetime(2026, 1, 8, 8), "an archived one gives way to the baseline"


def test_a_promotion_in_the_other_project_asks_its_followers(
    roof, paved, team, django_capture_on_commit_callbacks
):
    wait_for(roof, "ROAD-1", team=team)
    slow = scenarios.branch_scenario(paved.scenario, name="Slow", actor=team.person)

    with django_capture_on_commit_callbacks(execute=True):
        promote_scenario(slow, actor=team.person, reason="Slower is safer")

    assert Job.objects.filter(function=following.FUNCTION).count() == 1


def test_a_deleted_task_keeps_the_date_that_was_last_heard(roof, paved, team):
    wait_for(roof, "ROAD-1", team=team)

    tasks.delete_tasks(paved.scenario, [paved.key], actor=team.person)
    following.follow(roof.scenario)

    assert fresh(roof).start == datetime(2026, 1, 8, 8)
    assert "Deleted task of ROAD" in str(reasons_of(fresh(roof)).driven_by[0])


def test_an_archived_project_still_holds_who_waits_for_it(roof, paved, team):
    wait_for(roof, "ROAD-1", team=team)

    projects.archive_project(paved.scenario.project, actor=team.person)
    following.follow(roof.scenario)

    assert fresh(roof).start == datetime(2026, 1, 8, 8)


@pytest.fixture(params=["project", "task"])
def deny(request, paved, team):
    """Hide the other project, or its one task, from a person."""

    def deny(person: User) -> None:
        PolicyRule.objects.create(
            person=person,
            action=Action.READ,
            allows=False,
            kind=request.param,
            subject_id=paved.scenario.project_id,
            task_key=paved.key if request.param == "task" else "",
        )

    return deny


def test_who_may_not_see_the_other_task_reads_of_a_restricted_one(roof, paved, team, deny):
    waiting = wait_for(roof, "ROAD-1FS+1d", team=team)
    other = join(team, Role.MEMBER)
    deny(other)

    with workspace_context(team.workspace, other):
        row = Workbench(waiting.scenario).window(0).rows[0]
        cell = next(cell for cell in row.cells if cell.name == "predecessors")
        told = str(reasons_of(waiting).driven_by[0])

    assert cell.text == "Restricted taskFS+1d"
    assert cell.value == ""
    assert "Restricted task" in told
    assert "Pave" not in told
    assert "ROAD" not in told


def test_hidden_links_stay_when_a_person_edits_the_cell(house, roof, paved, team, deny):
    make_task(house, "Walls", team=team)
    waiting = wait_for(roof, "ROAD-1", team=team)
    deny(team.person)

    edited = wait_for(waiting, "2", team=team)

    assert len(edited.options["external_links"]) == 1
    assert edited.start == datetime(2026, 1, 8, 8)


def test_nobody_waits_for_what_they_may_not_see(roof, paved, team, deny):
    deny(team.person)

    with pytest.raises(ValidationError, match="There is no task ROAD-1"):
        wait_for(roof, "ROAD-1", team=team)
    link = ExternalLink(str(paved.scenario.project_id), paved.key)
    with pytest.raises(ValidationError, match="no such task in another project"):
        tasks.edit_task(roof.scenario, roof.key, actor=team.person, external_links=(link,))


def test_the_history_names_the_system(roof, paved, team):
    wait_for(roof, "ROAD-1", team=team)
    tasks.edit_task(paved.scenario, paved.key, actor=team.person, duration_minutes=5 * 480)
    following.follow(roof.scenario)

    last = Change.objects.filter(subject_id=roof.scenario_id).first()

    assert last.summary == "Dates of other projects moved"
    assert date(2026, 1, 12) == fresh(roof).start.date()


@pytest.mark.parametrize("deed", [scenarios.archive_scenario, scenarios.delete_scenario])
def test_when_the_scenario_that_is_shown_goes_followers_hear_of_the_baseline(
    roof, paved, team, deed, django_capture_on_commit_callbacks
):
    slow = scenarios.branch_scenario(paved.scenario, name="Slow", actor=team.person)
    task = slow.tasks.get(name="Pave")
    tasks.edit_task(slow, task.key, actor=team.person, duration_minutes=5 * 480)
    services.choose_scenario(paved.scenario.project, slow, actor=team.person)
    assert wait_for(roof, "ROAD-1", team=team).start == datetime(2026, 1, 12, 8)

    with django_capture_on_commit_callbacks(execute=True):
        deed(Scenario.objects.get(pk=slow.pk), actor=team.person)
    asked = JobDetail.objects.filter(job__function=following.FUNCTION)
    following.follow(roof.scenario)

    assert [detail.payload["scenario"] for detail in asked] == [str(roof.scenario_id)]
    assert fresh(roof).start == datetime(2026, 1, 8, 8)


def test_when_the_scenario_that_is_shown_comes_back_followers_hear_of_it(
    roof, paved, team, django_capture_on_commit_callbacks
):
    slow = scenarios.branch_scenario(paved.scenario, name="Slow", actor=team.person)
    services.choose_scenario(paved.scenario.project, slow, actor=team.person)
    scenarios.archive_scenario(Scenario.objects.get(pk=slow.pk), actor=team.person)
    wait_for(roof, "ROAD-1", team=team)

    with django_capture_on_commit_callbacks(execute=True):
        scenarios.restore_scenario(Scenario.objects.get(pk=slow.pk), actor=team.person)

    assert Job.objects.filter(function=following.FUNCTION).count() == 1
