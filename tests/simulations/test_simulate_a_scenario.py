"""From the button to the forecast on the Scenario row."""

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from lineo.accounts.models import Role
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Job, JobDetail, State
from planning import snapshot
from planning.core.distributions import Pert
from planning.models import ForecastRecord, Scenario
from planning.services import tasks
from simulations import results, services
from simulations.engine import compare_kept
from simulations.models import Simulation
from tests.builders import Team, join, make_chain


def make_uncertain(scenario: Scenario, team: Team) -> None:
    for task in make_chain(scenario, "Dig", "Pour", "Cure", team=team):
        tasks.edit_task(scenario, task.key, actor=team.person, estimate=Pert(480, 960, 2880))


def simulate(scenario: Scenario, team: Team, iterations: int = 2000) -> Scenario:
    services.start_simulation(scenario, actor=team.person, iterations=iterations)
    run_waiting()
    return Scenario.objects.get(pk=scenario.pk)


def test_the_forecast_is_left_on_the_scenario_with_its_history(
    team: Team, scenario: Scenario
) -> None:
    make_uncertain(scenario, team)

    after = simulate(scenario, team)

    record = ForecastRecord.objects.get()
    assert after.forecast_is_current
    assert after.forecast_p50 < after.forecast_p80
    assert (record.p50, record.p80) == (after.forecast_p50, after.forecast_p80)
    assert after.forecast["version"] == results.DOCUMENT_VERSION
    assert after.forecast["curve"]["points"][-1][1] == 1.0
    assert Simulation.objects.get().record == record


def test_the_finish_of_every_iteration_is_kept(team: Team, scenario: Scenario) -> None:
    make_uncertain(scenario, team)

    after = simulate(scenario, team, iterations=1500)

    finishes = results.unpack(after.forecast_finishes)[""]
    assert len(finishes) == 1500
    days = np.sort(finishes)[1500 * 80 // 100 - 1] / 480
    stored = after.forecast["duration_days"]["percentiles"]["80"]
    assert days == pytest.approx(stored, rel=0.02)


def test_an_edit_makes_the_forecast_out_of_date(team: Team, scenario: Scenario) -> None:
    make_uncertain(scenario, team)
    simulate(scenario, team)

    tasks.add_task(scenario, actor=team.person, name="Inspect")

    after = Scenario.objects.get(pk=scenario.pk)
    assert after.has_forecast
    assert not after.forecast_is_current


def test_the_same_seed_gives_the_same_forecast(team: Team, scenario: Scenario) -> None:
    make_uncertain(scenario, team)

    first = simulate(scenario, team).forecast
    second = simulate(scenario, team).forecast

    timed = {"engine_seconds"}
    assert {k: v for k, v in first.items() if k not in timed} == {
        k: v for k, v in second.items() if k not in timed
    }


def test_a_forecast_of_an_older_plan_never_covers_a_newer_one(
    team: Team, scenario: Scenario
) -> None:
    make_uncertain(scenario, team)
    simulate(scenario, team)
    Scenario.objects.filter(pk=scenario.pk).update(forecast_revision=99)

    after = simulate(scenario, team)

    assert after.forecast_revision == 99


def test_a_plan_without_ranges_has_a_forecast_that_says_so(team: Team, scenario: Scenario) -> None:
    make_chain(scenario, "Dig", "Pour", team=team)

    after = simulate(scenario, team)

    assert after.forecast_p50 == after.forecast_p80 == after.scheduled_finish
    assert after.forecast_reason == "no task has a range"


def test_an_empty_plan_is_done_with_a_reason_and_no_figures(team: Team, scenario: Scenario) -> None:
    after = simulate(scenario, team)

    assert Job.objects.get().state == State.DONE
    assert after.forecast_p80 is None
    assert after.forecast_reason


def test_the_same_key_starts_one_simulation(team: Team, scenario: Scenario) -> None:
    make_uncertain(scenario, team)

    first = services.start_simulation(scenario, actor=team.person, idempotency_key="press-1")
    again = services.start_simulation(scenario, actor=team.person, idempotency_key="press-1")

    assert first == again
    assert Job.objects.count() == 1


def test_a_cancelled_simulation_leaves_nothing(team: Team, scenario: Scenario) -> None:
    make_uncertain(scenario, team)
    simulation = services.start_simulation(scenario, actor=team.person)

    assert services.cancel_simulation(simulation, actor=team.person)
    run_waiting()

    assert Job.objects.get().state == State.CANCELLED
    assert not Scenario.objects.get(pk=scenario.pk).has_forecast


@pytest.mark.parametrize("iterations", [0, 99, 1_000_001])
def test_iterations_outside_their_limits_are_refused(
    team: Team, scenario: Scenario, iterations: int
) -> None:
    with pytest.raises(ValidationError):
        services.start_simulation(scenario, actor=team.person, iterations=iterations)

    assert not Job.objects.exists()


def test_a_viewer_may_not_simulate(team: Team, scenario: Scenario) -> None:
    viewer = join(team, Role.VIEWER)

    with pytest.raises(PermissionDenied):
        services.start_simulation(scenario, actor=viewer)


def test_the_job_tells_its_result_in_ids(team: Team, scenario: Scenario) -> None:
    make_uncertain(scenario, team)
    simulate(scenario, team)

    assert JobDetail.objects.get().result["scenario"] == str(scenario.pk)


def test_two_scenarios_are_compared_from_what_their_forecasts_kept(
    team: Team, scenario: Scenario
) -> None:
    make_uncertain(scenario, team)
    plan = snapshot.cached(simulate(scenario, team)).plan

    kept = results.kept_finishes(Scenario.objects.get(pk=scenario.pk), plan)

    assert kept is not None
    assert compare_kept([kept, kept]).pairs[0].p_tie == 1.0


def test_an_out_of_date_forecast_has_kept_nothing_to_compare(
    team: Team, scenario: Scenario
) -> None:
    make_uncertain(scenario, team)
    plan = snapshot.cached(simulate(scenario, team)).plan
    tasks.add_task(scenario, actor=team.person, name="Inspect")

    assert results.kept_finishes(Scenario.objects.get(pk=scenario.pk), plan) is None
