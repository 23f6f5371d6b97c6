"""Whether a loop at some depth of calls asks the system for memory with each call that it makes."""

import resource

CALLS = 500
DEPTHS = 400
"""More frames than a piece of Python's stack holds, so that a loop stands on its edge at one."""


def _nothing() -> None:
    """Return at once: a call that needs a frame and no more."""


def _faults_of_a_loop() -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        _nothing()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _faults_at(depth: int) -> int:
    return _faults_at(depth - 1) if depth else _faults_of_a_loop()


def most_faults() -> int:
    """Return the page faults of the loop that has the most, one at each depth."""
    return max(_faults_at(depth) for depth in range(DEPTHS))
