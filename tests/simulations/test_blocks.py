"""A large simulation in parts: the same bits, whoever does them, and none done twice."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from lineo.jobs import doorbell, entry, registry
from lineo.jobs import services as jobs
from lineo.jobs.models import Job, State
from planning import snapshot
from planning.core.hashing import plan_hash
from planning.core.plan import Plan
from planning.interchange.planfile import plan_to_json
from planning.models import Scenario
from planning.services import scenarios, tasks
from simulations import blocks, services
from simulations.models import Simulation, SimulationBlock, SplitSimulation
from tests.benchmarks.networks import network, plan_of
from tests.builders import Team, make_project, make_team
from tests.jobs.processes import Processes, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

TASKS, ITERATIONS = 60, 20_000
SPLIT = {"LINEO_SIMULATION_SPLIT_CELLS": "120000"}
PARTS = 10


@pytest.fixture(autouse=True)
def _split(settings):
    settings.SIMULATION_SPLIT_CELLS = int(SPLIT["LINEO_SIMULATION_SPLIT_CELLS"])
    settings.LIVE_FORECAST = False
    settings.JOB_BACKOFF_MS = 0
    registry.discover()


@pytest.fixture
def team(transactional_db: None) -> Team:
    return make_team()


@pytest.fixture
def scenario(team: Team) -> Scenario:
    with team.context():
        return scenarios.create_scenario(
            project=make_project(team),
            plan=plan_of(network(TASKS)),
            name="Large",
            actor=team.person,
        )


@pytest.fixture
def processes(transactional_db: None, rq_queue: Any, tmp_path: Path) -> Iterator[Processes]:
    started = Processes(tmp_path / "workers.log")
    yield started
    started.end()
    print(started.log.read_text() if started.log.exists() else "")


def start(team: Team, scenario: Scenario) -> Simulation:
    with team.context():
        return services.start_simulation(scenario, actor=team.person, iterations=ITERATIONS)


def state_of(team: Team, simulation: Simulation) -> str:
    with team.context():
        return Job.objects.get(pk=simulation.job_id).state


def parts_of(team: Team, simulation: Simulation) -> list[Job]:
    with team.context():
        return list(Job.objects.filter(parent=simulation.job_id).order_by("id"))


def stored(team: Team, scenario: Scenario) -> tuple[dict[str, Any], bytes]:
    """Return the forecast as it stands on the row, but for the time that it took."""
    with team.context():
        row = Scenario.objects.defer(None).get(pk=scenario.pk)
        document = {key: value for key, value in row.forecast.items() if key != "engine_seconds"}
        return document, bytes(row.forecast_finishes)


def in_one_process(team: Team, scenario: Scenario, settings: Any) -> tuple[dict[str, Any], bytes]:
    limit, settings.SIMULATION_SPLIT_CELLS = settings.SIMULATION_SPLIT_CELLS, 10**9
    simulation = start(team, scenario)
    entry.run_waiting()
    settings.SIMULATION_SPLIT_CELLS = limit
    assert parts_of(team, simulation) == []
    return stored(team, scenario)


def begin(team: Team, simulation: Simulation) -> None:
    """Do the first half of a simulation, that splits it."""
    held = jobs.claim(simulation.job_id)
    entry.run(held, entry.handle_of(held))


def one_part() -> jobs.Claim:
    held = jobs.claim_next(["default"])
    entry.run(held, entry.handle_of(held))
    return held


def test_parts_give_the_bits_of_one_process(team, scenario, settings):
    whole = in_one_process(team, scenario, settings)

    simulation = start(team, scenario)
    entry.run_waiting()

    assert len(parts_of(team, simulation)) == PARTS
    assert stored(team, scenario) == whole


@pytest.mark.parametrize("count", [1, 2, pytest.param(4, marks=pytest.mark.long)])
def test_any_number_of_workers_give_the_same_bits(team, scenario, settings, processes, count):
    whole = in_one_process(team, scenario, settings)
    simulation = start(team, scenario)

    for _ in range(count):
        processes.site_worker(**SPLIT)
    wait_for(lambda: state_of(team, simulation) == State.DONE, seconds=300)

    assert len(parts_of(team, simulation)) == PARTS
    assert stored(team, scenario) == whole


@pytest.mark.parametrize(
    ("limit", "listeners", "parts"),
    [
        (1_200_000, 0, 2), (500_000, 0, 4), (300_000, 0, 4), (120_000, 0, 10),
        (700_000, 1, 2), (1_200_000, 2, 2), (300_000, 2, 4), (300_000, 5, 5), (1_200_000, 8, 2),
    ],
)  # fmt: skip
def test_parts_are_equally_long_and_as_many_for_each_worker(
    team, scenario, settings, monkeypatch, limit, listeners, parts
):
    monkeypatch.setattr(doorbell, "listeners", lambda _queue: listeners)
    settings.SIMULATION_SPLIT_CELLS = limit
    simulation = start(team, scenario)

    begin(team, simulation)

    with team.context():
        split = SplitSimulation.objects.get()
    assert len(parts_of(team, simulation)) == parts
    assert split.blocks_each * parts == split.blocks


def test_workers_that_listen_are_counted(processes, redis_at):
    assert doorbell.listeners("default") == 0

    processes.site_worker()

    wait_for(lambda: doorbell.listeners("default") == 1, seconds=60)
    assert doorbell.listeners("live") == 0
    redis_at("redis://127.0.0.1:1/0")
    assert doorbell.listeners("default") == 0


def test_nothing_of_the_parts_is_left_behind(team, scenario):
    start(team, scenario)
    entry.run_waiting()

    with team.context():
        assert not SplitSimulation.objects.exists()
        assert not SimulationBlock.objects.exists()


def test_edits_meanwhile_change_no_part(team, scenario, settings):
    whole = in_one_process(team, scenario, settings)
    simulation = start(team, scenario)
    begin(team, simulation)
    with team.context():
        tasks.edit_task(scenario, "T3", actor=team.person, duration_minutes=4800)
        snapshot.recent.clear()

    entry.run_waiting()

    assert stored(team, scenario) == whole
    with team.context():
        assert not Scenario.objects.get(pk=scenario.pk).forecast_is_current


def test_a_killed_worker_costs_its_part_alone(team, scenario, settings, processes):
    whole = in_one_process(team, scenario, settings)
    simulation = start(team, scenario)
    worker = processes.site_worker(**SPLIT)
    wait_for(lambda: _done(team, simulation), seconds=300)

    kill(worker)
    finished = _done(team, simulation)
    processes.site_supervisor(**SPLIT)
    wait_for(lambda: state_of(team, simulation) == State.DONE, seconds=300)

    parts = {part.pk: part for part in parts_of(team, simulation)}
    assert len(parts) == PARTS
    assert {parts[key].attempt for key in finished} == {1}
    assert sum(part.attempt for part in parts.values()) <= PARTS + 1
    assert stored(team, scenario) == whole


def test_a_part_that_was_kept_is_not_simulated_again(team, scenario):
    simulation = start(team, scenario)
    begin(team, simulation)
    one_part()

    with team.context():
        [kept] = SimulationBlock.objects.all()
        payload = {"split": str(kept.split_id), "first_block": 0, "blocks": kept.blocks}
        job = jobs.enqueue(blocks.BLOCKS_FUNCTION, payload=payload)
    again = jobs.claim(job.pk)
    entry.run(again, entry.handle_of(again))

    with team.context():
        assert SimulationBlock.objects.get().pk == kept.pk


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("engine_version", "0", "another version of the engine"),
        ("head", "01890000-0000-7000-8000-000000000000", "different states of the plan"),
    ],
)
def test_parts_of_other_engines_or_plans_are_never_put_together(team, scenario, field, value, said):
    simulation = start(team, scenario)
    begin(team, simulation)
    one_part()
    with team.context():
        SimulationBlock.objects.update(**{field: value})

    entry.run_waiting()

    assert state_of(team, simulation) == State.FAILED
    with team.context():
        assert said in Job.objects.get(pk=simulation.job_id).details.get().error
        assert not Scenario.objects.get(pk=scenario.pk).has_forecast


def keep_another_plan(team: Team) -> Plan:
    """Let the parts that are still to be done simulate another plan."""
    with team.context():
        split = SplitSimulation.objects.get()
        plan = blocks.plan_of(split)
        first = replace(plan.tasks[0], duration_minutes=9600, estimate=None)
        other = replace(plan, tasks=(first, *plan.tasks[1:]))
        split.plan = zlib.compress(plan_to_json(other).encode())
        split.save()
        return other


def test_parts_that_read_other_arrays_than_others_are_never_put_together(team, scenario):
    simulation = start(team, scenario)
    begin(team, simulation)
    one_part()
    keep_another_plan(team)

    entry.run_waiting()

    assert state_of(team, simulation) == State.FAILED


def test_the_forecast_is_of_the_plan_that_the_parts_read(team, scenario):
    begin(team, start(team, scenario))
    other = keep_another_plan(team)

    entry.run_waiting()

    assert stored(team, scenario)[0]["plan_hash"] == plan_hash(other)


def test_a_cancelled_one_leaves_nothing(team, scenario):
    simulation = start(team, scenario)
    begin(team, simulation)
    one_part()
    with team.context():
        assert SimulationBlock.objects.count() == 1
        services.cancel_simulation(simulation, actor=team.person)
    entry.run_waiting()

    with team.context():
        assert not SplitSimulation.objects.exists()
        assert not Scenario.objects.get(pk=scenario.pk).has_forecast


def test_a_failed_one_leaves_nothing_and_begins_afresh(team, scenario, settings):
    whole = in_one_process(team, scenario, settings)
    simulation = start(team, scenario)
    begin(team, simulation)
    one_part()
    jobs.fail(jobs.claim_next(["default"]), failure="error")
    with team.context():
        assert not SplitSimulation.objects.exists()
        jobs.try_again(Job.objects.get(pk=simulation.job_id))

    entry.run_waiting()

    assert state_of(team, simulation) == State.DONE
    assert stored(team, scenario) == whole


def test_what_ended_untold_goes_with_the_next(team, scenario):
    simulation = start(team, scenario)
    begin(team, simulation)
    with team.context():
        Job.objects.filter(parent=simulation.job_id).update(state=State.CANCELLED)
        Job.objects.filter(pk=simulation.job_id).update(state=State.CANCELLED)

    start(team, scenario)
    entry.run_waiting()

    with team.context():
        assert not SplitSimulation.objects.exists()


def test_a_part_that_two_did_is_kept_once(team, scenario, monkeypatch):
    simulation = start(team, scenario)
    begin(team, simulation)
    simulate = blocks.simulate_block
    held = jobs.claim_next(["default"])
    with team.context():
        payload = Job.objects.get(pk=held.job_id).details.get().payload
        copy = jobs.enqueue(blocks.BLOCKS_FUNCTION, payload=payload)

    def simulate_late(*args, **kwargs):
        monkeypatch.setattr(blocks, "simulate_block", simulate)
        other = jobs.claim(copy.pk)
        entry.run(other, entry.handle_of(other))
        return simulate(*args, **kwargs)

    monkeypatch.setattr(blocks, "simulate_block", simulate_late)
    entry.run(held, entry.handle_of(held))

    with team.context():
        assert SimulationBlock.objects.count() == 1
        assert Job.objects.get(pk=held.job_id).state == State.DONE
    assert state_of(team, simulation) == State.RUNNING


def test_a_part_of_what_is_over_meanwhile_keeps_nothing(team, scenario, monkeypatch):
    simulation = start(team, scenario)
    begin(team, simulation)
    simulate = blocks.simulate_block

    def simulate_late(*args, **kwargs):
        found = simulate(*args, **kwargs)
        with team.context():
            SplitSimulation.objects.all().delete()
        return found

    monkeypatch.setattr(blocks, "simulate_block", simulate_late)
    held = one_part()

    with team.context():
        assert Job.objects.get(pk=held.job_id).state == State.DONE
        assert not SimulationBlock.objects.exists()


def test_totals_survive_being_packed(team, scenario):
    simulation = start(team, scenario)
    begin(team, simulation)
    with team.context():
        split = SplitSimulation.objects.get()
        plan, options = blocks.plan_of(split), blocks.options_of(split.simulation)
    totals = blocks.simulate_block(blocks.prepare(plan, options), options, 2, 3)

    packed = blocks.pack(totals, b"of this plan")
    found, digest = blocks.unpack(
        SimulationBlock(engine_version=totals.engine_version, totals=packed)
    )

    assert digest == b"of this plan"
    for name in ("finish", "kept", "start_bins", "finish_bins"):
        assert (getattr(found, name) == getattr(totals, name)).all()
        assert getattr(found, name).dtype == getattr(totals, name).dtype
    assert all((found.summed[name] == values).all() for name, values in totals.summed.items())
    assert (found.first, found.seconds) == (totals.first, totals.seconds)


def _done(team: Team, simulation: Simulation) -> set[Any]:
    return {part.pk for part in parts_of(team, simulation) if part.state == State.DONE}


def kill(worker: psutil.Process) -> None:
    """Kill a worker whatever it does, and wait until nothing of it is left."""
    everyone = [worker, *worker.children(recursive=True)]
    worker.kill()
    psutil.wait_procs(everyone, timeout=10)
