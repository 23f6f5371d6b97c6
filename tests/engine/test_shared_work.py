"""Work is cut into equal pieces for the threads that share it, and every thread's time counts."""

import time
from dataclasses import replace

import pytest

from planning.core.distributions import Triangular
from planning.core.plan import Impact, Risk
from simulations.engine import SimulationOptions, simulate
from simulations.engine.rows import BLOCK
from simulations.engine.simulation import MOST_BLOCKS_AT_ONCE, chunks_of
from simulations.engine.threads import each
from tests.benchmarks.networks import network, plan_of


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
@pytest.mark.parametrize(("tasks", "blocks"), [(1_000, 196), (25, 391), (10_000, 20), (1, 3)])
def test_every_block_is_in_one_chunk_and_all_are_equally_long(
    tasks: int, blocks: int, workers: int
) -> None:
    chunks = chunks_of(tasks, 7, blocks, workers)

    numbers = [number for first, count in chunks for number in range(first, first + count)]
    lengths = {count for _, count in chunks}
    assert numbers == list(range(7, 7 + blocks))
    assert max(lengths) - min(lengths) <= 1
    assert max(lengths) <= MOST_BLOCKS_AT_ONCE


def test_no_worker_waits_for_the_others_longer_than_one_small_chunk() -> None:
    # Cut by length alone into five chunks of 39 and one of 1, two workers would do 117 and 79.
    chunks = chunks_of(1_000, 0, 196, 2)

    assert len(chunks) % 2 == 0
    assert max(count for _, count in chunks) <= 196 // 4


def test_what_one_piece_raises_is_raised() -> None:
    def refuse(number: int) -> int:
        if number == 2:
            raise ValueError("two")
        return number

    with pytest.raises(ValueError, match="two"):
        list(each(refuse, [1, 2, 3], 2))


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
