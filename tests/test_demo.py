"""The demo has something to show on every page, across its projects too."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import User, Workspace
from lineo.accounts.tenancy import workspace_context
from lineo.demo.forecasts import are_coming, headlines
from lineo.demo.seeding import seed
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Job, State
from lineo.portfolio.models import Follow, Goal, JointForecast
from planning.models import Project, Scenario, Task
from planning.services.projects import archive_project

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_project_waits_for_the_other_and_both_have_goals(client: Client) -> None:
    seeded = seed(date(2026, 11, 27))
    run_waiting()
    person = User.objects.get(email=seeded.email)
    client.force_login(person)

    page = client.get(reverse("portfolio:portfolio"))

    with workspace_context(None, person):
        (workspace,) = Workspace.objects.all()
    with workspace_context(workspace, person):
        assert not Job.objects.exclude(state=State.DONE).exclude(function="mail-digest").exists()
        manuals = Task.objects.get(name="Manuals and training", scenario__is_baseline=True)
        release = Task.objects.get(name="Public release", scenario__is_baseline=True)
        assert manuals.start
        assert release.finish
        assert manuals.start >= release.finish
        assert Follow.objects.count() == 1
        joint = JointForecast.objects.get().result
        assert (len(joint["projects"]), joint["left_out"]) == (2, {})
        chances = [goal.readings.get().chance for goal in Goal.objects.all()]
        # Every forecast describes the plan as it stands, the link included.
        assert all(one.forecast_revision == one.revision for one in Scenario.objects.all())
    assert len(chances) == 2
    assert 0.02 < min(chances) < 0.98, "a goal that is worth a look"
    for said in ("Keys to the tenants", "Release that the campaign announces", "ATLAS-"):
        assert said in page.text
    assert seed(date(2026, 11, 28)).is_new is False


def test_people_have_talked_promised_and_divided_the_work(client: Client) -> None:
    person = User.objects.get(email=seed(date(2026, 11, 27)).email)
    assert are_coming(person)
    run_waiting()
    # Letters wait for hours, and the demo waits for no letter.
    assert not are_coming(person)
    client.force_login(person)
    with workspace_context(None, person):
        (workspace,) = Workspace.objects.all()
    with workspace_context(workspace, person):
        release = Scenario.objects.get(project__code="ATLAS", is_baseline=True)
        house = Scenario.objects.get(project__code="HARB", is_baseline=True)
        offline = Task.objects.get(name="Offline mode", scenario=release)

    def page(name: str, of: object) -> str:
        return client.get(reverse(name, args=[of])).text

    assert "conflicts need a screen of their own" in page("talk:task-talk", offline.pk)
    assert "Discovery sprint" in page("planning:work-groups", release.pk)
    assert "Level 3 is closing" in page("talk:timeline", house.project_id)
    assert "Board" in page("simulations:commitments", release.project_id)
    calibration = page("simulations:calibration", house.project_id)
    # What was finished took longer than said, so that a correction is offered.
    assert "most work takes longer than the middle of what we say" in calibration
    assert reverse("simulations:correct-ranges", args=[house.project_id]) in calibration
    history = page("planning:history", release.pk)
    assert "Offline mode" in history
    assert "Order service API" in history
    assert client.get(reverse("notices:notices")).text.count("Priya Raman") >= 1


def test_the_table_at_the_start_leaves_out_what_is_archived() -> None:
    person = User.objects.get(email=seed(date(2026, 11, 27)).email)
    with workspace_context(None, person):
        (workspace,) = Workspace.objects.all()
    assert "Harbour House" in {row.project for row in headlines(person)}

    with workspace_context(workspace, person):
        archive_project(Project.objects.get(code="HARB"), actor=person)

    assert {row.project for row in headlines(person)} == {"Atlas 2.0 release"}
