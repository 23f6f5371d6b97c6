"""The demo has something to show across its projects: a link, goals, and a joint forecast."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import User, Workspace
from lineo.accounts.tenancy import workspace_context
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Job, State
from lineo.portfolio import demo
from lineo.portfolio.models import Follow, Goal, JointForecast
from planning.models import Scenario, Task

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_project_waits_for_the_other_and_both_have_goals(client: Client) -> None:
    seeded = demo.seed(date(2026, 11, 27))
    run_waiting()
    person = User.objects.get(email=seeded.email)
    client.force_login(person)

    page = client.get(reverse("portfolio:portfolio"))

    with workspace_context(None, person):
        (workspace,) = Workspace.objects.all()
    with workspace_context(workspace, person):
        assert not Job.objects.exclude(state=State.DONE).exists()
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
    assert demo.seed(date(2026, 11, 28)).is_new is False
