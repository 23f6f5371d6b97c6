"""What goes out as a file comes in again as the same plan, whatever it holds."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from lineo.jobs.entry import run_waiting
from lineo.jobs.models import JobDetail
from planning.core.plan import Plan
from planning.interchange.writing import write_plan
from planning.models import Project
from planning.services.imports import start_import
from planning.services.projects import baseline_of, create_project_from_plan
from planning.snapshot import plan_of
from tests.builders import Team
from tests.plan_strategies import plans

pytestmark = pytest.mark.django_db


def written(project: Project) -> bytes:
    return write_plan(plan_of(baseline_of(project)), "json").data


def imported(data: bytes, team: Team) -> Project:
    job = start_import(name="round trip.json", data=data, actor=team.person)
    run_waiting()
    detail = JobDetail.objects.get(job=job)
    assert detail.result, detail.error
    return Project.objects.get(pk=detail.result["project"])


@pytest.mark.parametrize("count", [8, pytest.param(200, marks=pytest.mark.long)])
def test_a_project_that_is_exported_and_imported_is_exported_alike(team: Team, count: int) -> None:
    @settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(plan=plans(max_tasks=12))
    def goes_round(plan: Plan) -> None:
        first = create_project_from_plan(plan=plan, name="First", actor=team.person)
        out = written(first)

        second = imported(out, team)

        assert written(second) == out

    goes_round()
