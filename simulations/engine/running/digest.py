"""What tells a prepared plan from another."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import numpy as np

from simulations.engine.running.simulation import Prepared

DIGEST_BYTES = 16


def digest_of(prepared: Prepared) -> bytes:
    """Return a digest of all that blocks read of a plan.

    Plans of one digest have the same tasks in the same rows, and totals of
    their blocks may be added up. The names of tasks are no part of it.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import Plan, ProjectSettings, Task, standard_calendar
    >>> from simulations.engine.options import SimulationOptions
    >>> from simulations.engine.running.simulation import prepare
    >>> def digest(*tasks):
    ...     project = ProjectSettings("Shed", datetime(2026, 1, 5, 8))
    ...     plan = Plan(project, (standard_calendar(),), tasks)
    ...     return digest_of(prepare(plan, SimulationOptions()))
    >>> digest(Task("A", "Dig")) == digest(Task("A", "Pour"))
    True
    >>> digest(Task("A", "Dig")) == digest(Task("B", "Dig"))
    False
    """
    lowered = prepared.run.lowered
    found = blake2b(digest_size=DIGEST_BYTES)
    found.update("\x1f".join(task.key for task in lowered.tasks).encode())
    _take(found, (*lowered.net, *lowered.laws, *prepared.scales))
    if lowered.side is not None:
        _take(found, (*lowered.side.rules, *lowered.side.efforts, *lowered.side.shown))
    return found.digest()


def _take(found: Any, arrays: Iterable[Any]) -> None:
    for one in arrays:
        found.update(f"{one.dtype}{one.shape}".encode())
        found.update(np.ascontiguousarray(one).data)
