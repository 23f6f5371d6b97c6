"""After each committed edit, a preview of what it did to the finish."""

from datetime import timedelta

import pytest

from lineo.activity.models import Change
from lineo.jobs import services as jobs
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Job, Queue, State
from planning import snapshot
from planning.core.distributions import Pert, Uniform
from planning.models import ForecastRecord, Scenario, Task
from planning.services import history, tasks
from simulations import live, live_results, services
from simulations.engine import SimulationOptions, simulate
from simulations.live import live_bars_of, live_state_of
from simulations.models import LiveForecast
from tests.builders import Team, make_chain
from tests.simulations.live_plans import chain_with_a_range, previewed, told

WIDER = Pert(480, 960, 4800)


@pytest.fixture
def rows(scenario: Scenario, team: Team) -> list[Task]:
    """Three tasks one after another, the first of them with a range."""
    return chain_with_a_range(scenario, team)


def test_an_edit_is_followed_by_a_forecast_of_its_revision(rows, scenario):
    state = previewed(scenario)

    assert state.is_current
    assert state.row.p10 < state.row.p50 < state.row.p80 < state.row.p90
    assert 0 < state.row.p80_noise_days < 1
    assert state.row.curve["points"][-1][1] == 1.0


def test_it_enters_no_history_and_leaves_the_full_forecast_alone(rows, scenario):
    changes = Change.objects.count()

    previewed(scenario)

    assert Change.objects.count() == changes
    assert not ForecastRecord.objects.exists()
    assert not Scenario.objects.get(pk=scenario.pk).has_forecast


def test_its_figures_are_the_full_forecasts_own_first_iterations(rows, scenario):
    state = previewed(scenario)

    full = simulate(snapshot.plan_of(scenario), SimulationOptions(iterations=state.row.iterations))

    assert (state.row.p50, state.row.p80) == (full.finish(50), full.finish(80))
    bars = live_bars_of(state)
    for task in full.tasks:
        assert bars[task.key].p50 == task.finish_percentile(50)
        assert bars[task.key].criticality == pytest.approx(task.criticality, abs=1e-4)


def test_the_delta_is_against_the_edit_before_and_paired(rows, scenario, team):
    first = previewed(scenario)
    tasks.edit_task(scenario, rows[1].key, actor=team.person, duration_minutes=3 * 480)

    state = previewed(scenario)

    assert state.row.since_revision == first.revision
    # The same futures, two days later each: the noise of the difference is nothing.
    assert (state.p80_delta.days, state.p80_delta.noise_days) == (2.0, 0.0)
    assert state.p50_delta.days == 2.0


def test_what_an_edit_does_not_touch_does_not_move(rows, scenario, team):
    before = previewed(scenario).row
    tasks.edit_task(scenario, rows[0].key, actor=team.person, name="Excavate")

    after = previewed(scenario)

    assert (after.row.p50, after.row.p80) == (before.p50, before.p80)
    assert (after.p50_delta.days, after.p80_delta.days) == (0.0, 0.0)
    assert not after.p80_delta.is_clear


def test_a_wider_range_moves_p80_by_more_than_its_noise(rows, scenario, team):
    previewed(scenario)
    tasks.edit_task(scenario, rows[0].key, actor=team.person, estimate=WIDER)

    delta = previewed(scenario).p80_delta

    assert delta.days > 0.5
    assert 0 < delta.noise_days < 0.5
    assert delta.is_clear


def test_the_first_one_is_compared_with_the_full_forecast(rows, scenario, team):
    services.start_simulation(scenario, actor=team.person, iterations=5000)
    run_waiting()
    scenario.refresh_from_db()
    simulated = scenario.forecast_revision
    tasks.edit_task(scenario, rows[1].key, actor=team.person, duration_minutes=2 * 480)

    state = previewed(scenario)

    assert state.row.since_revision == simulated
    assert (state.p80_delta.days, state.p80_delta.noise_days) == (1.0, 0.0)


def test_a_full_forecast_counted_on_other_days_is_no_measure(rows, scenario, team):
    services.start_simulation(scenario, actor=team.person, iterations=5000)
    run_waiting()
    Scenario.objects.filter(pk=scenario.pk).update(start=scenario.start + timedelta(days=7))
    scenario.refresh_from_db()
    moved = snapshot.load(scenario).plan

    seen = live_results.look(scenario, moved)
    row = live_results.store(scenario, moved, scenario.revision, seen)

    assert row.since_revision is None
    assert row.p80_delta_days is None


def test_many_edits_at_once_wait_as_one_job(rows, scenario, team):
    for days in (2, 3, 4):
        tasks.edit_task(scenario, rows[1].key, actor=team.person, duration_minutes=days * 480)
        told(scenario)

    assert Job.objects.filter(queue=Queue.LIVE).count() == 1
    assert live_state_of(scenario).is_under_way

    run_waiting()

    assert live_state_of(scenario).is_current


def test_an_edit_while_one_runs_is_followed_by_another(rows, scenario):
    told(scenario)
    jobs.claim_next([Queue.LIVE])

    told(scenario)

    states = Job.objects.filter(queue=Queue.LIVE).values_list("state", flat=True)
    assert sorted(states) == [State.QUEUED, State.RUNNING]


def test_an_older_revision_never_covers_a_newer(rows, scenario):
    newest = previewed(scenario).row
    plan = snapshot.plan_of(scenario)

    seen = live_results.look(scenario, plan)
    late = live_results.store(scenario, plan, scenario.revision - 1, seen)

    assert late is None
    assert live_state_of(scenario).row.made_at == newest.made_at


def test_a_day_of_edits_leaves_one_job_behind(rows, scenario):
    for _ in range(4):
        previewed(scenario)

    assert Job.objects.filter(queue=Queue.LIVE).count() == 1


def test_a_plan_without_ranges_is_left_in_peace(scenario, team):
    make_chain(scenario, "Dig", "Pour", team=team)

    told(scenario)

    assert not Job.objects.exists()
    assert not LiveForecast.objects.exists()


def test_figures_go_when_the_last_range_goes(rows, scenario, team):
    previewed(scenario)
    tasks.edit_task(scenario, rows[0].key, actor=team.person, estimate=None)

    told(scenario)

    state = live_state_of(scenario)
    assert not Job.objects.filter(state=State.QUEUED).exists()
    assert (state.is_current, state.has_figures) == (True, False)
    assert state.row.reason == live.NO_RANGE


def test_a_range_that_moves_nothing_is_said_to(rows, scenario, team):
    tasks.edit_task(scenario, rows[0].key, actor=team.person, estimate=Uniform(480, 480))

    state = previewed(scenario)

    assert not state.has_figures
    assert state.row.reason == live.NO_RANGE


def test_a_setting_switches_it_off(rows, scenario, settings):
    settings.LIVE_FORECAST = False

    told(scenario)

    assert not Job.objects.exists()


def test_undo_asks_for_one_too(rows, scenario, team, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        history.undo(scenario, actor=team.person)
        history.redo(scenario, actor=team.person)

    assert Job.objects.filter(queue=Queue.LIVE).count() == 1


def test_twice_the_same_job_leaves_the_same_figures(rows, scenario):
    first = previewed(scenario).row
    again = previewed(scenario).row

    named = [f.attname for f in LiveForecast._meta.concrete_fields if f.attname != "made_at"]
    deltas = [name for name in named if "delta" in name or name == "since_revision"]
    same = [name for name in named if name not in deltas]
    assert [getattr(first, name) for name in same] == [getattr(again, name) for name in same]


@pytest.mark.parametrize(("count", "least", "most"), [(1, 2000, 2000), (5000, 500, 1000)])
def test_large_plans_get_fewer_iterations(rows, scenario, count, least, most):
    plan = snapshot.plan_of(scenario)
    many = type(plan)(plan.project, plan.calendars, plan.tasks[:1] * count)

    assert least <= live_results.options_for(many, seed=1).iterations <= most
