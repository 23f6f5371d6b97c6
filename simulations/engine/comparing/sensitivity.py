"""What uncertainty costs, in days: each task and risk taken away in turn.

The plan is simulated again without one task's uncertainty, or without one
risk, in the same futures as before. The difference is what that one costs the
finish: days, not a correlation.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan
from simulations.engine.comparing.comparison import finishes_of
from simulations.engine.comparing.pairing import paired_interval, percentile_minutes
from simulations.engine.kernels.rows import FIXED
from simulations.engine.lowering.plans import Lowered, lower
from simulations.engine.options import SimulationOptions
from simulations.engine.results.forecast import Forecast, Refinement
from simulations.engine.results.noise import mean_band
from simulations.engine.running.runs import run_of
from simulations.engine.running.simulation import Progress
from simulations.engine.running.threads import each

MOST_TASKS = 30
MOST_RISKS = 30

Ints = NDArray[np.int64]
Trial = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Removal:
    """What the finish gains when one uncertainty is removed, in days.

    ``kind`` is ``task`` or ``risk``. Positive: the finish would be earlier
    without it. ``interval_days`` holds the change of the percentile with 95 %
    confidence, ``mean_interval_days`` that of the mean.
    """

    kind: str
    key: str
    mean_days: float
    percentile_days: float
    interval_days: tuple[float, float]
    mean_interval_days: tuple[float, float]

    def to_json(self) -> dict[str, Any]:
        """Return one entry of ``sensitivities`` in ``simulate --json``."""
        return {
            "kind": self.kind,
            "id": self.key,
            "percentile_days": self.percentile_days,
            "percentile_interval": list(self.interval_days),
            "mean_days": self.mean_days,
            "mean_interval": list(self.mean_interval_days),
        }


def impacts_if_removed(
    plan: Plan,
    forecast: Forecast,
    options: SimulationOptions | None = None,
    *,
    percentile: int = 80,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Removal, ...]:
    """Return what the uncertain tasks and the risks cost the finish.

    A task without its uncertainty takes its planned duration (its risks may
    still strike); a risk is removed by never happening. The tasks tried are
    those of the greatest SSI and CRI in ``forecast``, at most thirty, and the
    risks of the greatest expected impact, at most thirty.

    Parameters
    ----------
    plan : Plan
        The plan that ``forecast`` describes.
    forecast : Forecast
        Tells which tasks are worth trying.
    options : SimulationOptions, optional
        Iterations, seed, and workers that share what is tried; 4,000 iterations by default.
    percentile : int, optional
        Which percentile of the finish.
    progress : callable, optional
        Called with the share done, from 0 to 1, after each that was tried.
    cancelled : callable, optional
        Asked about once a second; true stops.

    Returns
    -------
    tuple of Removal
        The dearest first, in days of the project.

    Raises
    ------
    PlanError
        If the plan can't be scheduled.
    SimulationCancelled
        If ``cancelled`` said so.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.distributions import Triangular
    >>> from planning.core.plan import ProjectSettings, Task, standard_calendar
    >>> from simulations.engine import simulate
    >>> task = Task("A", "A", duration_minutes=960, estimate=Triangular(960, 960, 3840))
    >>> project = ProjectSettings("Shed", datetime(2026, 1, 5, 8))
    >>> plan = Plan(project, (standard_calendar(),), (task,))
    >>> [removal] = impacts_if_removed(plan, simulate(plan))
    >>> removal.key, round(removal.mean_days, 1)
    ('A', 2.0)
    """
    options = options or SimulationOptions(iterations=4_000, seed=forecast.seed)
    run = run_of(plan, lower(plan, options))
    lowered = run.lowered
    if not lowered.leaves:
        return ()
    trials = [*_tasks_worth_trying(lowered, forecast), *_risks_worth_trying(lowered)]
    day = plan.project.minutes_per_day
    spare = deque([run.rows()])

    def finishes(changed: Lowered) -> Ints:
        try:
            rows = spare.pop()
        except IndexError:  # another thread has them
            rows = run.rows()
        found = finishes_of(
            plan, run.with_lowered(changed), options, rows=rows, cancelled=cancelled
        ).work
        spare.append(rows)
        return found

    base = finishes(lowered)

    def removal(trial: Trial) -> Removal:
        kind, key, row = trial
        other = finishes(
            _without_range(lowered, row) if kind == "task" else _without_risk(lowered, row)
        )
        low, high = paired_interval(base, other, percentile)
        gained = percentile_minutes(base, percentile) - percentile_minutes(other, percentile)
        difference = (base - other) / day
        mean = float(difference.mean())
        spread = mean_band(mean, float(difference.std()), len(difference))
        return Removal(kind, key, mean, gained / day, (low / day, high / day), spread)

    impacts = []
    for one in each(removal, trials, options.workers):
        impacts.append(one)
        if progress is not None:
            progress(len(impacts) / len(trials))
    return tuple(sorted(impacts, key=lambda one: (-one.percentile_days, one.kind, one.key)))


def refinements(forecast: Forecast) -> tuple[Refinement, ...]:
    """Return which estimates to refine first, by what knowing them would narrow.

    The setting that the literature calls factor prioritisation [1]_: S is the
    expected share of the finish's variance that goes once the true duration is
    known, whatever it turns out to be. Removing an uncertainty, as
    :func:`impacts_if_removed` does, asks something else: how much earlier the
    finish would be if the task took just its planned time.

    Parameters
    ----------
    forecast : Forecast
        Of full output, else no task has a share.

    Returns
    -------
    tuple of Refinement
        The greatest share first.

    References
    ----------
    .. [1] A. Saltelli et al., "Variance based sensitivity analysis of model
       output", Computer Physics Communications 181(2), 2010,
       :doi:`10.1016/j.cpc.2009.09.018`.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.distributions import Triangular
    >>> from planning.core.plan import ProjectSettings, Task, standard_calendar
    >>> from simulations.engine import simulate
    >>> tasks = (Task("A", "A", estimate=Triangular(480, 960, 1920)),)
    >>> project = ProjectSettings("Shed", datetime(2026, 1, 5, 8))
    >>> forecast = simulate(Plan(project, (standard_calendar(),), tasks))
    >>> [one.key for one in refinements(forecast)]
    ['A']
    """
    return forecast.refinements()


def _tasks_worth_trying(lowered: Lowered, forecast: Forecast) -> list[tuple[str, str, int]]:
    rows = {task.key: row for row, task in enumerate(lowered.tasks)}
    known = {task.key: task for task in forecast.tasks}

    def weight(key: str) -> float:
        task = known.get(key)
        return 0.0 if task is None else max(task.ssi or 0.0, abs(task.cruciality or 0.0))

    uncertain = [
        task.key
        for row, task in enumerate(lowered.tasks)
        if lowered.laws.kind[lowered.net.law[row]] != FIXED and weight(task.key) > 0
    ]
    chosen = sorted(uncertain, key=lambda key: (-weight(key), key))[:MOST_TASKS]
    return [("task", key, rows[key]) for key in chosen]


def _risks_worth_trying(lowered: Lowered) -> list[tuple[str, str, int]]:
    chances: NDArray[np.int32] = lowered.net.risk_chance
    hits = np.bincount(lowered.net.impact_risk, minlength=len(chances))
    order = sorted(range(len(chances)), key=lambda row: (-int(chances[row]) * int(hits[row]), row))
    return [("risk", lowered.risks[row], row) for row in order if hits[row]][:MOST_RISKS]


def _without_range(lowered: Lowered, row: int) -> Lowered:
    """Return the plan with one task's duration as planned."""
    kind = np.append(lowered.laws.kind, np.int8(FIXED))
    place = np.append(lowered.laws.place, lowered.planned_minutes[row])
    shape = np.vstack((lowered.laws.shape, np.zeros((1, 5), np.float32)))
    law = lowered.net.law.copy()
    law[row] = len(kind) - 1
    return lowered.with_arrays(
        lowered.net._replace(law=law), lowered.laws._replace(kind=kind, place=place, shape=shape)
    )


def _without_risk(lowered: Lowered, row: int) -> Lowered:
    """Return the plan with one risk that never happens."""
    chances = lowered.net.risk_chance.copy()
    chances[row] = 0
    return lowered.with_arrays(lowered.net._replace(risk_chance=chances), lowered.laws)
