"""``make bench``: the engine beside its rivals in one run, written to docs/benchmarks.md.

CPU time throughout; each program's least over rounds that go through all of
them in turn, so that a busy machine is busy for everybody. What is compared
is ratios: seconds are this machine's.
"""

import argparse
import sys

from simulations.engine import warm
from tests.benchmarks import measuring, report


def main() -> None:
    """Measure, print, and write unless told otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="two small networks, nothing written")
    asked = parser.parse_args()
    warm()
    counts = (25, 120) if asked.quick else (25, 120, 1_000, 10_000)
    rows = []
    for row in measuring.measure(counts, ("pert", "triangular"), rounds=asked.rounds):
        rows.append(row)
        sys.stdout.write(f"{row.name:<26}" + report.line(row) + "\n")
        sys.stdout.flush()
    if asked.quick:
        return
    found = report.Findings(
        rows=rows,
        calendars=measuring.calendars_row(rounds=asked.rounds),
        workers=measuring.workers_beside_one(rounds=4 * asked.rounds),
        small_ms=measuring.small_plan_ms(rounds=4 * asked.rounds),
        memory={count: measuring.peak_megabytes(count) for count in (10_000, 40_000)},
        objects_seconds=measuring.objects_seconds(rounds=asked.rounds),
    )
    sys.stdout.write(report.write(found))


if __name__ == "__main__":
    main()
