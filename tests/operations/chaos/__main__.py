"""``python -m tests.operations.chaos``: half an hour of faults, and what became of the work."""

import argparse
import sys

from tests.jobs.processes import PACE
from tests.operations.chaos.faults import (
    FAULTS,
    crash_database,
    empty_queue_server,
    kill_work_horse,
    kill_worker,
    starve_work_horse,
)
from tests.operations.chaos.run import Course, Outcome, run
from tests.operations.load.site_of_plans import set_up_django
from tests.operations.people import RefusedError
from tests.operations.place import site

# Jobs keep the pace of service: what is promised is promised at that pace.
SERVICE_PACE = {"LINEO_SIMULATION_SPLIT_CELLS": "200000000"}
# Quick, but no quicker than a job on busy cores can say that it lives.
SLICE_PACE = PACE | {"LINEO_JOB_LEASE_MS": "5000", "LINEO_JOB_BEAT_MS": "250"}
_FAULT_SECONDS = 30.0

SLICE = Course(
    seconds=15,
    simulations=6,
    faults=(
        kill_work_horse,
        empty_queue_server,
        starve_work_horse,
        crash_database,
        kill_worker,
    ),
    fault_every_seconds=3,
    iterations=(600_000,),
    frozen_seconds=3,
    settle_seconds=240,
)


def main() -> int:
    """Run, print every fault as it happens, and end with the line that counts."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--duration", type=float, default=1800, metavar="SECONDS")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--slice", action="store_true", help="five faults at a quick pace")
    options = asked.parse_args()
    course = SLICE if options.slice else course_of(options.duration, options.seed)
    with site(pace=SERVICE_PACE | (SLICE_PACE if options.slice else {})) as place:
        set_up_django(place)
        try:
            outcome = run(place, course)
        except RefusedError as refused:
            print(f"ended early: {refused}\n{place.last_words()}")
            return 2
        if not outcome.is_well:
            print(place.last_words(lines=400))
    tell(outcome)
    return 0 if outcome.is_well else 1


def course_of(seconds: float, seed: int) -> Course:
    """Return a course of so many seconds, with a fault and a simulation each half minute."""
    every = min(_FAULT_SECONDS, seconds / (len(FAULTS) + 1))
    return Course(
        seconds=seconds,
        simulations=max(12, round(seconds / _FAULT_SECONDS)),
        faults=FAULTS,
        fault_every_seconds=every,
        iterations=(300_000, 600_000, 1_000_000),
        frozen_seconds=90 if seconds > 600 else 40,
        settle_seconds=300,
        seed=seed,
    )


def tell(outcome: Outcome) -> None:
    """Print what was found; the last line is the one that counts."""
    print(f"{outcome.attempts} attempts for {outcome.done} simulations")
    print(f"{outcome.edits} edited tasks, {outcome.edits_lost} edits lost")
    print(f"{outcome.answers} requests, {len(outcome.failures)} failed without a cause")
    if outcome.slowest:
        slowest = outcome.slowest
        print(f"the slowest took {slowest.seconds:.1f} s: {slowest.what}")
    for failure in outcome.failures[:20]:
        print(f"  {failure.what}: {failure.status} after {failure.seconds:.1f} s")
    for wrong in outcome.broken:
        print(f"  {wrong}")
    print(outcome)


if __name__ == "__main__":
    sys.exit(main())
