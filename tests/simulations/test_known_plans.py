"""A worker that lives on carries out the edits since, and reads a plan only once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning import snapshot
from planning.core.diff import diff
from planning.core.distributions import Pert
from planning.core.plan import Dependency
from planning.models import Scenario
from planning.services import history, plans, tasks
from simulations.jobs import plans as held_by_jobs
from simulations.jobs import run_live_forecast
from simulations.known_plans import MOST_CHANGES, KnownPlan, KnownPlans
from simulations.live import live_state_of
from tests.builders import Team, make_chain


class Handle:
    """What a job's function is given, where nobody watches."""

    job_id = None

    def check(self) -> None:
        """Go on."""


@pytest.fixture
def rows(scenario: Scenario, team: Team):
    chain = make_chain(scenario, "Dig", "Pour", "Cure", team=team)
    tasks.edit_task(scenario, chain[0].key, actor=team.person, estimate=Pert(480, 960, 2880))
    scenario.refresh_from_db()
    return chain


def reads_of_tasks(captured) -> list[str]:
    return [
        query["sql"]
        for query in captured
        if query["sql"].startswith("SELECT") and 'FROM "planning_task"' in query["sql"]
    ]


def test_every_kind_of_edit_is_carried_out_as_it_was_committed(rows, scenario, team):
    known = KnownPlans()
    known.plan_of(scenario)
    who = {"actor": team.person}

    tasks.add_task(scenario, name="Inspect", duration_minutes=240, **who)
    tasks.edit_task(scenario, rows[1].key, name="Cast", duration_minutes=960, **who)
    tasks.add_dependency(scenario, Dependency(rows[0].key, rows[2].key), **who)
    tasks.delete_tasks(scenario, [rows[1].key], **who)
    history.undo(scenario, **who)
    history.redo(scenario, **who)
    plans.edit_settings(scenario, minutes_per_day=420, **who)
    scenario.refresh_from_db()
    found = known.plan_of(scenario)

    assert found.carried == 7
    assert found.revision == scenario.revision
    assert diff(found.plan, snapshot.load(scenario).plan) == ()


def test_a_known_plan_is_not_read_again(rows, scenario, team):
    known = KnownPlans()
    known.plan_of(scenario)
    tasks.edit_task(scenario, rows[1].key, actor=team.person, duration_minutes=960)
    scenario.refresh_from_db()
    snapshot.recent.clear()

    with CaptureQueriesContext(connection) as captured:
        known.plan_of(scenario)

    assert not reads_of_tasks(captured)


def test_after_too_many_changes_it_is_read(rows, scenario, team):
    known = KnownPlans()
    known.plan_of(scenario)
    for minutes in range(MOST_CHANGES + 1):
        tasks.edit_task(scenario, rows[1].key, actor=team.person, duration_minutes=500 + minutes)
    scenario.refresh_from_db()

    assert known.plan_of(scenario).carried == 0


def test_the_plans_of_long_ago_are_forgotten(rows, scenario, team):
    known = KnownPlans(most=1)
    known.plan_of(scenario)
    other = Scenario.objects.create(
        project=scenario.project, name="Other", start=scenario.start, calendar_key="standard"
    )
    known.plan_of(other)

    assert list(known._held) == [other.pk]


def test_a_plan_that_finishes_elsewhere_than_its_scenario_is_read_afresh(rows, scenario, team):
    wrong = make_plan_of_one(scenario)
    held_by_jobs._held[scenario.pk] = KnownPlan(wrong, scenario.revision, scenario.head)
    plans.edit_settings(scenario, actor=team.person, critical_float_limit_minutes=60)

    run_live_forecast(Handle(), scenario=str(scenario.pk))

    scenario.refresh_from_db()
    assert set(live_state_of(scenario).row.tasks) == {row.key for row in rows}


def make_plan_of_one(scenario):
    plan = snapshot.plan_of(scenario)
    return type(plan)(plan.project, plan.calendars, plan.tasks[:1])
