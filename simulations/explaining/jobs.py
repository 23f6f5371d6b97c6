"""Split a change of P80 among its causes."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.utils.translation import gettext_noop

from lineo.jobs.handle import JobHandle
from lineo.jobs.registry import job
from lineo.jobs.wanted import still_there
from planning.core.diff import diff
from planning.core.edits import Edit
from planning.core.plan import Plan, PlanError
from planning.core.sentences import names_in
from planning.models import ForecastRecord
from planning.pages.moments import Moment
from planning.services.ancestry import plan_at
from simulations.engine import SimulationOptions, attribute
from simulations.explaining.causes import by_cause
from simulations.explaining.models import Movement
from simulations.explaining.services import EXPLAIN

TIMEOUT_SECONDS = 900
ITERATIONS = 2_000
KEPT_THINGS = 200


@job(EXPLAIN, timeout_seconds=TIMEOUT_SECONDS, tells=(PlanError,))
def run_explanation(handle: JobHandle, *, movement: str) -> dict[str, Any]:
    """Simulate every mixture of the causes, and keep what each adds."""
    asked = still_there(Movement.objects.select_related("first", "second"), movement)
    handle.progress(0.0, gettext_noop("Reading the plans"))
    first, second = _plan_of(asked.first), _plan_of(asked.second)
    handle.progress(0.01, gettext_noop("Trying every mixture of causes"))
    seed = int(asked.second.seed)
    found = attribute(
        first,
        second,
        SimulationOptions(iterations=ITERATIONS, seed=seed),
        progress=lambda share: handle.progress(0.01 + 0.98 * share),
    )
    told = by_cause(diff(first, second))
    asked.result = {
        "percentile": found.percentile,
        "delta_days": found.delta_days,
        "iterations": ITERATIONS,
        "seed": seed,
        "parts": [
            {"cause": str(cause), "days": days, **_kept(told.get(cause, ()), first, second)}
            for cause, days in found.parts_days.items()
        ],
        "inert": list(found.inert),
        "circles": list(found.circles),
    }
    asked.save(update_fields=["result"])
    return {"movement": movement}


def _kept(edits: Iterable[Edit], first: Plan, second: Plan) -> dict[str, Any]:
    """Return the edits of the first so many things, and what these are called.

    They are told when somebody reads them, in that person's language.
    """
    by_thing: defaultdict[tuple[str, str], list[Edit]] = defaultdict(list)
    for edit in edits:
        by_thing[edit.kind, edit.key].append(edit)
    kept = list(chain.from_iterable(list(by_thing.values())[:KEPT_THINGS]))
    return {
        "edits": [edit.to_json() for edit in kept],
        "names": names_in(kept, first, second),
    }


def _plan_of(record: ForecastRecord) -> Plan:
    return plan_at(Moment(record.scenario_id, record.revision))
