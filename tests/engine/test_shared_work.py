"""Work is cut into equal pieces for the threads that share it, and every thread's time counts."""

import time
from dataclasses import replace
from threading import Barrier, get_ident

import pytest

from planning.core.distributions import Triangular
from planning.core.plan import Impact, Risk
from simulations.engine import SimulationOptions, impacts_if_removed, simulate
from simulations.engine.kernels.rows import BLOCK
from simulations.engine.running.simulation import LEAST_CELLS, MOST_BLOCKS_COUNTED, chunks_of
from simulations.engine.running.threads import each
from tests.benchmarks.networks import network, plan_of


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
@pytest.mark.parametrize(
    ("tasks", "blocks"), [(1_000, 196), (25, 391), (10_000, 20), (1, 3), (3, 400)]
)
def test_every_block_is_in_one_chunk(tasks: int, blocks: int, workers: int) -> None:
    chunks = chunks_of(tasks, 7, blocks, workers)

    numbers = [number for first, count in chunks for number in range(first, first + count)]
    assert numbers == list(range(7, 7 + blocks))
    assert min(count for _, count in chunks) >= 1
    assert max(count for _, count in chunks) <= MOST_BLOCKS_COUNTED


@pytest.mark.parametrize("workers", [2, 3, 8])
@pytest.mark.parametrize(("tasks", "blocks"), [(1_000, 196), (25, 2_000), (10_000, 60)])
def test_no_worker_waits_long_for_the_others(tasks: int, blocks: int, workers: int) -> None:
    chunks = chunks_of(tasks, 0, blocks, workers)

    # Each takes the next chunk when it is done: at the end all wait for one chunk of the last.
    longest = max(count for _, count in chunks[-workers:])
    assert longest <= max(1, LEAST_CELLS // (tasks * BLOCK))
    assert max(count for _, count in chunks) <= blocks // (2 * workers)


@pytest.mark.parametrize("workers", [1, 2])
def test_short_counts_are_emptied_before_they_overflow(workers: int) -> None:
    plan = plan_of(network(3))
    certain = replace(plan, tasks=tuple(replace(task, estimate=None) for task in plan.tasks))
    iterations = 3 * 65_536

    forecast = simulate(certain, SimulationOptions(iterations=iterations, workers=workers))

    # Every date falls into one bin, which is as high as there are iterations.
    assert {task.p_planned for task in forecast.tasks} == {1.0}
    assert all(len(set(task.finish_minutes)) == 1 for task in forecast.tasks)


def test_what_one_piece_raises_is_raised() -> None:
    def refuse(number: int) -> int:
        if number == 2:
            raise ValueError("two")
        return number

    with pytest.raises(ValueError, match="two"):
        list(each(refuse, [1, 2, 3], 2))


def test_whoever_asks_works_too_and_no_thread_more_than_needed() -> None:
    together = Barrier(2)

    def who(_: int) -> int:
        together.wait(timeout=30)
        return get_ident()

    workers = set(each(who, range(6), 2))

    assert len(workers) == 2
    assert get_ident() in workers


def test_nobody_works_on_what_was_given_up() -> None:
    done: list[int] = []
    pieces = each(done.append, range(1_000_000), 2)

    next(pieces)
    pieces.close()
    after = len(done)

    assert after < 1_000_000
    assert len(done) == after


@pytest.mark.parametrize("workers", [2, 3])
def test_what_is_tried_by_several_costs_the_same(workers: int) -> None:
    plan = plan_of(network(40))
    forecast = simulate(plan, SimulationOptions(iterations=1_000))

    alone, shared = (
        impacts_if_removed(plan, forecast, SimulationOptions(iterations=2_000, workers=some))
        for some in (1, workers)
    )

    assert len(alone) == 30
    assert shared == alone


def test_the_time_of_all_threads_is_told() -> None:
    plan = plan_of(network(200))
    alone, shared = (
        simulate(plan, SimulationOptions(iterations=40 * BLOCK, workers=workers))
        for workers in (1, 2)
    )

    # The same work; told by half, it would be half of it.
    assert shared.engine_seconds > 0.6 * alone.engine_seconds


def test_one_worker_keeps_no_other_thread_busy() -> None:
    risks = tuple(
        Risk(f"R{n}", f"R{n}", probability=0.3, impacts=(Impact(f"T{n}", Triangular(60, 90, 240)),))
        for n in range(40)
    )
    plan = replace(plan_of(network(50)), risks=risks)
    began, own = time.process_time(), time.thread_time()

    simulate(plan, SimulationOptions(iterations=40 * BLOCK))

    all_threads, own = time.process_time() - began, time.thread_time() - own
    # The threads of a product of matrices would work as long again, and spin on afterwards.
    assert all_threads < 1.25 * own
