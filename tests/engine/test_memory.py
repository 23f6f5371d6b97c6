"""A simulation works in the memory that the one before it has freed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FAULTS = """
import resource
from simulations.engine import SimulationOptions, simulate
from tests.benchmarks.networks import network, plan_of

plan, options = plan_of(network(1_000)), SimulationOptions(iterations=1_024, output="core")
for _ in range(3):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    simulate(plan, options)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def test_a_third_simulation_asks_the_system_for_next_to_no_memory() -> None:
    # A process of its own: what others freed before decides what the C library does by itself.
    command = [sys.executable, "-c", FAULTS]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)

    # Its rows, tables and histograms are three thousand pages.
    assert int(said.stdout) < 300
