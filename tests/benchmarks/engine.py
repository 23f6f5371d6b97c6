"""The engine beside NumPy's bare noise, in one run: ``make bench``."""

import random
import time
from datetime import datetime

import numpy as np

from planning.core.distributions import Pert
from planning.core.plan import Dependency, Plan, ProjectSettings, Task, standard_calendar
from simulations.engine import SimulationOptions, simulate

ITERATIONS = 10_000
ROUNDS = 3


def network(count: int) -> Plan:
    """Return PERT tasks with two links each, the same at every call."""
    draw = random.Random(count)
    tasks = tuple(
        Task(f"T{n}", f"T{n}", duration_minutes=960, estimate=Pert(480, 960, 960 + 480 * (n % 7)))
        for n in range(count)
    )
    pairs = {(draw.randrange(n), n) for n in range(1, count) for _ in range(2)}
    links = tuple(Dependency(f"T{a}", f"T{b}") for a, b in sorted(pairs))
    return Plan(
        ProjectSettings("Bench", datetime(2026, 1, 5, 8)), (standard_calendar(),), tasks, links
    )


def noise_seconds(cells: int) -> float:
    """Return the CPU seconds that NumPy takes for as many float32 uniforms."""
    generator = np.random.default_rng(1)
    block = np.empty(8192, np.float32)
    begun = time.process_time()
    for _ in range(cells // len(block)):
        generator.random(out=block, dtype=np.float32)
    return time.process_time() - begun


def main() -> None:
    """Print nanoseconds per task and iteration, and the ratio to NumPy's noise."""
    print(f"{'tasks':>6} {'engine ns':>10} {'noise ns':>9} {'ratio':>6}")  # noqa: T201
    for count in (25, 120, 1000):
        plan, cells = network(count), count * ITERATIONS
        options = SimulationOptions(iterations=ITERATIONS)
        rounds = [
            (simulate(plan, options).engine_seconds, noise_seconds(cells)) for _ in range(ROUNDS)
        ]
        ours, noise = (min(column) / cells * 1e9 for column in zip(*rounds, strict=True))
        print(f"{count:>6} {ours:>10.1f} {noise:>9.1f} {ours / noise:>6.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
