"""A large simulation in parts: what each finds is kept until all are put together.

For workers: it imports the engine. The totals of a block are exact integers,
so the parts may be done anywhere, in any order, and by several at once, and
the forecast has the same bits as if one process had done it all.
"""

import io
import os
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from lineo.jobs import doorbell
from lineo.jobs.handle import JobHandle, JobRefusedError
from lineo.jobs.models import Queue
from lineo.jobs.registry import Parts
from planning import snapshot
from planning.core.plan import Plan
from planning.interchange.planfile import plan_from_json, plan_to_json
from simulations.engine.kernels.rows import BLOCK
from simulations.engine.options import ENGINE_VERSION, SimulationOptions
from simulations.engine.results.forecast import Forecast
from simulations.engine.results.reduction import reduce_totals
from simulations.engine.running.digest import digest_of
from simulations.engine.running.simulation import (
    BlockTotals,
    Prepared,
    add_up,
    prepare,
    simulate_block,
)
from simulations.leftovers import forget_abandoned
from simulations.models import Simulation, SimulationBlock, SplitSimulation

FEW_PARTS, MOST_PARTS = 4, 64
BLOCKS_FUNCTION = "simulate-blocks"
_PLAIN = ("finish", "kept", "start_bins", "finish_bins")


def split_of(simulation: Simulation) -> SplitSimulation | None:
    """Return what was begun of a simulation in parts; None where it is done whole."""
    found = SplitSimulation.objects.filter(simulation=simulation).first()
    if found is not None:
        found.simulation = simulation
    return found


def begin(simulation: Simulation, plan: Plan) -> SplitSimulation | None:
    """Split a large simulation; None where it is small enough for one process.

    One that stops by itself is done whole: each look decides whether more is wanted.
    ``plan`` is that of ``simulation.scenario`` as it was read.
    """
    forget_abandoned(simulation)
    if simulation.stop_band_days is not None:
        return None
    blocks_each = _blocks_each(plan, simulation.iterations)
    if blocks_each is None:
        return None
    return SplitSimulation.objects.create(
        simulation=simulation,
        head=simulation.scenario.head,
        revision=simulation.scenario.revision,
        engine_version=ENGINE_VERSION,
        plan=zlib.compress(plan_to_json(plan).encode(), 1),
        blocks=-(-simulation.iterations // BLOCK),
        blocks_each=blocks_each,
    )


def missing_parts(split: SplitSimulation) -> Parts | None:
    """Return the parts that are still to be done; None once all are."""
    done = set(SimulationBlock.objects.filter(split=split).values_list("first_block", flat=True))
    wanted = range(0, split.blocks, split.blocks_each)
    payloads = [
        {
            "split": str(split.pk),
            "first_block": first,
            "blocks": min(split.blocks_each, split.blocks - first),
        }
        for first in wanted
        if first not in done
    ]
    return Parts(BLOCKS_FUNCTION, payloads, kind="simulation-part") if payloads else None


def simulate_part(handle: JobHandle, split: SplitSimulation, first: int, blocks: int) -> None:
    """Simulate some blocks and keep what they gave; done before, there is nothing to do."""
    if SimulationBlock.objects.filter(split=split, first_block=first).exists():
        return
    _refuse_other_engines(split.engine_version)
    plan, options = plan_of(split), options_of(split.simulation)
    handle.check()
    prepared = prepare(plan, options)
    totals = simulate_block(prepared, options, first, blocks, progress=handle.progress)
    _keep(split, first, blocks, pack(totals, digest_of(prepared)))


def _keep(split: SplitSimulation, first: int, blocks: int, totals: bytes) -> None:
    """Keep what a part found, if it is still wanted and no other did the same.

    Two may have done it: one that was past its last check when the simulation
    was cancelled, and one of the next try. They found the same bits. Each
    keeps them only if it still holds its own job, whose end is written in the
    same transaction.
    """
    if not SplitSimulation.objects.select_for_update(no_key=True).filter(pk=split.pk).exists():
        return
    found = SimulationBlock(
        split=split,
        head=split.head,
        engine_version=split.engine_version,
        first_block=first,
        blocks=blocks,
        totals=totals,
    )
    SimulationBlock.objects.bulk_create([found], ignore_conflicts=True)


def put_together(split: SplitSimulation) -> tuple[Forecast, Plan]:
    """Return the forecast from all that the parts left.

    Raises
    ------
    JobRefusedError
        If they are of different plans or engines.
    PlanError
        If blocks are missing or doubled.
    """
    options = replace(options_of(split.simulation), workers=threads())
    total: BlockTotals | None = None
    digests = set()
    for part, digest in _totals_of(split):
        both = [part] if total is None else [total, part]
        total = add_up(both, sum(len(one.finish) for one in both))
        digests.add(digest)
    whole = add_up([] if total is None else [total], options.iterations)
    plan, prepared = _as_simulated(split, options, digests)
    return reduce_totals(plan, prepared, options, whole), plan


def _as_simulated(
    split: SplitSimulation, options: SimulationOptions, digests: set[bytes]
) -> tuple[Plan, Prepared]:
    """Return the plan that all parts simulated, from the scenario's rows where it is theirs.

    Whoever stores its forecast reads those anyway.
    """
    for plan_of_parts in (_plan_at_hand, plan_of):
        plan = plan_of_parts(split)
        prepared = prepare(plan, options)
        if digests == {digest_of(prepared)}:
            return plan, prepared
    raise _other_states()


def plan_of(split: SplitSimulation) -> Plan:
    """Return the plan that all parts simulate."""
    return plan_from_json(zlib.decompress(bytes(split.plan)).decode())


def _plan_at_hand(split: SplitSimulation) -> Plan:
    """Return the plan of the scenario's rows, or the one that was kept where they have changed."""
    scenario = split.simulation.scenario
    if scenario.head == split.head:
        plan = snapshot.cached(scenario).plan
        # Reading moves the scenario on, if somebody has just changed it.
        if scenario.head == split.head:
            return plan
    return plan_of(split)


def threads() -> int:
    """Return how many threads conclude what was done in parts: as many as did the parts."""
    return max(min(doorbell.listeners(Queue.DEFAULT), os.cpu_count() or 1), 1)


def options_of(simulation: Simulation) -> SimulationOptions:
    """Return what the engine is asked for."""
    return SimulationOptions(
        iterations=simulation.iterations,
        seed=simulation.seed,
        stop_band_days=simulation.stop_band_days,
        stop_percentile=simulation.stop_percentile,
    )


def pack(totals: BlockTotals, digest: bytes) -> bytes:
    """Return totals as bytes, each array as narrow as its numbers allow.

    ``digest`` tells the plan that they are of.
    """
    arrays = {name: _narrow(getattr(totals, name)) for name in _PLAIN}
    arrays |= {f"sum_{name}": _narrow(values) for name, values in totals.summed.items()}
    packed = io.BytesIO()
    arrays |= {
        "first": np.int64(totals.first),
        "seconds": np.float64(totals.seconds),
        "digest": np.frombuffer(digest, np.uint8),
    }
    np.savez(packed, **arrays)
    return zlib.compress(packed.getvalue(), 1)


def unpack(row: SimulationBlock) -> tuple[BlockTotals, bytes]:
    """Return the totals that :func:`pack` kept, and the digest of their plan."""
    with np.load(io.BytesIO(zlib.decompress(bytes(row.totals))), allow_pickle=False) as kept:
        totals = BlockTotals(
            engine_version=row.engine_version,
            first=int(kept["first"]),
            finish=kept["finish"].astype(np.int32),
            kept=kept["kept"].astype(np.int32),
            start_bins=kept["start_bins"].astype(np.int32),
            finish_bins=kept["finish_bins"].astype(np.int32),
            summed={
                name.removeprefix("sum_"): kept[name].astype(np.int64)
                for name in kept.files
                if name.startswith("sum_")
            },
            seconds=float(kept["seconds"]),
        )
        return totals, kept["digest"].tobytes()


def _totals_of(split: SplitSimulation) -> Iterator[tuple[BlockTotals, bytes]]:
    """Yield what the parts left, one at a time, for together they may be large."""
    rows = SimulationBlock.objects.filter(split=split).order_by("first_block")
    for key, head, engine in list(rows.values_list("pk", "head", "engine_version")):
        _refuse_other_engines(engine)
        if head != split.head:
            raise _other_states()
        yield unpack(SimulationBlock.objects.get(pk=key))


def _other_states() -> JobRefusedError:
    return JobRefusedError(_("Its parts are of different states of the plan."))


def _refuse_other_engines(version: str) -> None:
    if version != ENGINE_VERSION:
        raise JobRefusedError(
            _("It was begun by another version of the engine; simulate the scenario again.")
        )


def _blocks_each(plan: Plan, iterations: int) -> int | None:
    """Return how many blocks a part has; None where the whole is small enough for one.

    A part has no less than half of what is thought small: reading the plan anew
    for each costs as much as a fifth of that. Within these bounds there is one
    for each worker that listens, or four while nobody can tell how many do; parts
    are equally long, and as many for each worker, so that all end together.
    """
    cells, limit = max(len(plan.tasks), 1) * iterations, settings.SIMULATION_SPLIT_CELLS
    if cells < limit:
        return None
    most = min(2 * cells // limit, MOST_PARTS)
    workers = min(doorbell.listeners(Queue.DEFAULT) or FEW_PARTS, most)
    rounds = -(-cells // (limit * workers))
    blocks = -(-iterations // BLOCK)
    return -(-blocks // min(rounds * workers, MOST_PARTS))


def _narrow(values: Any) -> Any:
    """Return integers in the smallest type that holds them: most bins are small or empty."""
    if not values.size:
        return values
    return values.astype(np.min_scalar_type(min(int(values.min()), -int(values.max()) - 1)))
