"""Measure every program in turn, round by round, and keep each one's least time."""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from planning.core.plan import Plan
from simulations.engine import SimulationOptions, simulate
from simulations.engine.kernels.rows import BLOCK
from simulations.engine.results.reduction import indices_of
from simulations.engine.running.simulation import Prepared, prepare, simulate_block
from tests.benchmarks import c_reference, rivals
from tests.benchmarks.networks import Network, network, plan_of, with_calendars
from tests.benchmarks.numpy_rows import noise_seconds, numpy_seconds

ITERATIONS = 10_000
CORE, FULL, C, NUMPY, NOISE = "Lineo, core", "Lineo, full", "C", "NumPy", "NumPy's noise"
KERNEL = "Lineo, kernel"
CALENDARS_CORE, CALENDARS_FULL = "core, calendars", "full, calendars"
RIVALS_UP_TO = 1_000
Seconds = Callable[[], float | None]


@dataclass(slots=True)
class Row:
    """CPU nanoseconds a task and iteration of one network, by program."""

    name: str
    tasks: int
    law: str
    ns: dict[str, float] = field(default_factory=dict)

    def ratio(self, program: str, to: str) -> float | None:
        """Return how many times as long as another a program takes."""
        if program not in self.ns or to not in self.ns:
            return None
        return self.ns[program] / self.ns[to]


def engine_seconds(plan: Plan, **options: object) -> float:
    """Return the CPU seconds of one simulation, from the plan to the forecast and all between."""
    asked = replace(SimulationOptions(iterations=ITERATIONS), **options)  # type: ignore[arg-type]
    # Of all threads, and from outside: the forecast's own count leaves out what lies between parts.
    began = time.process_time()
    simulate(plan, asked)
    return time.process_time() - began


def kernel_seconds(prepared: Prepared) -> float:
    """Return the CPU seconds of what the C program does too: blocks, then correlations."""
    options = SimulationOptions(iterations=ITERATIONS, output="core")
    began = time.process_time()
    totals = simulate_block(prepared, options, 0, -(-ITERATIONS // BLOCK))
    indices_of(prepared.run.lowered, totals.finish, shares=False)
    return time.process_time() - began


def least(programs: dict[str, Seconds], rounds: int) -> dict[str, float]:
    """Return the least seconds of each program over interleaved rounds."""
    found: dict[str, float] = {}
    for _ in range(rounds):
        for name, seconds in programs.items():
            taken = seconds()
            if taken is not None:
                found[name] = min(taken, found.get(name, taken))
    return found


def measure(counts: tuple[int, ...], laws: tuple[str, ...], *, rounds: int) -> Iterator[Row]:
    """Yield a row for each network, all programs interleaved."""
    python = rivals.environment()
    with ExitStack() as held:
        others = [held.enter_context(rivals.Rival(python, name)) for name in rivals.NAMES if python]
        for law in laws:
            for count in counts:
                given = network(count, law)
                taken = least(_programs(given, others), rounds if count < 10_000 else 3)
                cells = count * ITERATIONS
                row = Row(given.name, count, law)
                row.ns = {name: seconds / cells * 1e9 for name, seconds in taken.items()}
                yield row


def _programs(given: Network, others: list[rivals.Rival]) -> dict[str, Seconds]:
    plan = plan_of(given)
    count = len(given.points)
    prepared = prepare(plan, SimulationOptions(iterations=ITERATIONS))
    programs: dict[str, Seconds] = {
        NOISE: lambda: noise_seconds(count * ITERATIONS),
        CORE: lambda: engine_seconds(plan, output="core"),
        FULL: lambda: engine_seconds(plan),
        KERNEL: lambda: kernel_seconds(prepared),
    }
    if c_reference.compiler():
        programs[C] = lambda: c_reference.reference_seconds(prepared, ITERATIONS)
    programs[NUMPY] = lambda: numpy_seconds(given, ITERATIONS)
    if given.law == "pert" and count <= RIVALS_UP_TO:
        for rival in others:
            programs[rival.name] = lambda rival=rival: rival.seconds(given, ITERATIONS)
    return programs


def calendars_row(*, rounds: int) -> Row:
    """Return one calendar beside three, constraints and progress: 1,000 PERT tasks."""
    one = plan_of(network(1_000))
    three = with_calendars(one)
    programs: dict[str, Seconds] = {
        CORE: lambda: engine_seconds(one, output="core"),
        FULL: lambda: engine_seconds(one),
        CALENDARS_CORE: lambda: engine_seconds(three, output="core"),
        CALENDARS_FULL: lambda: engine_seconds(three),
    }
    row = Row("1,000 tasks, pert", 1_000, "pert")
    taken = least(programs, rounds)
    row.ns = {name: seconds / 1_000 / ITERATIONS * 1e9 for name, seconds in taken.items()}
    return row


@dataclass(frozen=True, slots=True)
class Workers:
    """Seconds of one worker and of two for the same simulation: wall time, and CPU of all.

    ``ratios`` are those of wall times that were taken one after the other.
    """

    wall: dict[int, float]
    cpu: dict[int, float]
    ratios: list[float]

    @property
    def gain(self) -> float:
        """Return how many times as fast two are, in the median of all pairs."""
        return statistics.median(self.ratios)


def workers_beside_one(*, rounds: int) -> Workers:
    """Simulate 1,000 tasks × 100,000 iterations with one worker and with two, in turn."""
    plan = plan_of(network(1_000))
    found = Workers({}, {}, [])

    def wall_seconds(workers: int) -> float:
        began = time.perf_counter()
        cpu = engine_seconds(plan, output="core", workers=workers, iterations=100_000)
        taken = time.perf_counter() - began
        found.wall[workers] = min(taken, found.wall.get(workers, taken))
        found.cpu[workers] = min(cpu, found.cpu.get(workers, cpu))
        return taken

    for number in range(rounds):
        # Each is second as often as first: it then finds the caches as the other left them.
        order = (1, 2) if number % 2 else (2, 1)
        taken = {workers: wall_seconds(workers) for workers in order}
        found.ratios.append(taken[1] / taken[2])
    return found


def objects_seconds(*, rounds: int) -> float:
    """Return the CPU seconds of making an object for each of 1,000 tasks."""
    plan = plan_of(network(1_000))

    def seconds() -> float:
        forecast = simulate(plan, SimulationOptions(iterations=ITERATIONS, output="core"))
        began = time.process_time()
        list(forecast.tasks)
        return time.process_time() - began

    return least({"objects": seconds}, rounds)["objects"]


def small_plan_ms(*, rounds: int) -> dict[str, float]:
    """Return the CPU milliseconds of 200 tasks × 2,000 iterations, core and full."""
    plan = plan_of(network(200))
    taken = least(
        {
            output: lambda output=output: engine_seconds(plan, output=output, iterations=2_000)
            for output in ("core", "full")
        },
        rounds,
    )
    return {output: 1_000 * seconds for output, seconds in taken.items()}


MEMORY = """
import sys
from tests.benchmarks.networks import network, plan_of
from tests.benchmarks.measuring import peak
from simulations.engine import SimulationOptions, simulate, warm
warm()
plan = plan_of(network(10_000))
before = peak()
simulate(plan, SimulationOptions(iterations=int(sys.argv[1])))
print(before, peak())
"""


def peak() -> int:
    """Return the most megabytes that this process has held.

    A child's ``ru_maxrss`` begins at its parent's; Linux also keeps its own.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        found = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(found.split()[1]) // 1_024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024


def peak_megabytes(iterations: int) -> tuple[int, int]:
    """Return a process's peak memory with a plan of 10,000 tasks read, and after simulating it."""
    # Compiling would take more than simulating: one process for each.
    subprocess.run([sys.executable, "-m", "simulations.engine"], check=True, cwd=rivals.ROOT)
    command = [sys.executable, "-c", MEMORY, str(iterations)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=rivals.ROOT)
    before, after = said.stdout.split()
    return int(before), int(after)
