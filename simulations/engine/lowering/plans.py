"""Plan to arrays: what each task draws, and how it is scheduled.

Core lowers the plan to its scheduling network, the same that gives the exact
schedule; here it becomes arrays. Where all work goes by one calendar and
nothing needs late dates to be scheduled, every date is a count of working
minutes and the short kernel serves; else the kernel with calendars does.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan, Task
from planning.core.scheduling.lowering import lower as lower_schedule
from planning.core.scheduling.outline import Outline
from simulations.engine.calendars.effort_lowering import effort_order
from simulations.engine.calendars.lowering import CalendarSide, lower_calendars
from simulations.engine.kernels.arrays import NEVER, SF, SS, Network
from simulations.engine.kernels.rows import FIXED, FULL, Laws
from simulations.engine.lowering.draws import Draws, Leaves, first_of
from simulations.engine.lowering.network import Note
from simulations.engine.lowering.one_calendar import (
    Links,
    is_on_one_calendar,
    no_links,
    one_calendar_links,
)
from simulations.engine.lowering.plain import plain_plan
from simulations.engine.lowering.tables import LawBook
from simulations.engine.options import SimulationOptions


@dataclass(frozen=True, slots=True)
class Lowered:
    """A plan ready for the kernel.

    ``tasks`` follows the kernel's order: leaves in topological order, then
    summaries, children first. ``is_monotone`` says whose duration rises with
    its own uniform, so that the uniform is the duration's rank. ``late`` is that
    of :class:`.one_calendar.Links`.
    """

    net: Network
    laws: Laws
    tasks: list[Task]
    leaves: int
    planned_minutes: NDArray[np.int32]
    is_uncertain: NDArray[np.bool_]
    is_monotone: NDArray[np.bool_]
    risks: list[str]
    side: CalendarSide | None
    late: NDArray[np.int8]
    notes: list[Note]

    def with_arrays(self, net: Network, laws: Laws) -> "Lowered":
        """Return the same plan with other arrays for the kernel."""
        return replace(self, net=net, laws=laws)

    def as_planned(self) -> "Lowered":
        """Return the same plan with every duration as planned and no risks."""
        nothing = np.zeros(len(self.tasks) + 1, np.int32)
        lowered = self.handed(self.planned_minutes)
        certain = lowered.net._replace(
            existence=np.full(len(self.tasks), FULL, np.int32),
            impact_first=nothing,
            risk_chance=self.net.risk_chance[:0],
        )
        return self.with_arrays(certain, lowered.laws)

    def handed(
        self,
        minutes: NDArray[np.int32],
        *,
        exists: NDArray[np.bool_] | None = None,
        happens: NDArray[np.bool_] | None = None,
    ) -> "Lowered":
        """Return the same plan with its draws handed to it, not drawn.

        Tests enumerate every outcome of a small plan so; the kernel's own steps
        from a duration on (impacts, existence, scheduling) stay as they are.

        Parameters
        ----------
        minutes : int32 (tasks,)
            What each task draws, before risks.
        exists : bool (tasks,), optional
            Whether each task is done at all; all that are certain to be, else.
        happens : bool (risks,), optional
            Whether each of ``risks`` happens; by its own chance, else.
        """
        count, laws = len(self.tasks), self.laws
        handed = self.net._replace(
            law=np.arange(len(laws.kind), len(laws.kind) + count, dtype=np.int32),
            mix_first=np.zeros(count + 1, np.int32),
            factor_stream=self.net.factor_stream[:0],
        )
        if exists is not None:
            handed = handed._replace(existence=np.where(exists, FULL, 0).astype(np.int32))
        if happens is not None:
            handed = handed._replace(risk_chance=np.where(happens, FULL, 0).astype(np.int32))
        fixed = laws._replace(
            kind=np.concatenate((laws.kind, np.full(count, FIXED, np.int8))),
            place=np.concatenate((laws.place, minutes.astype(np.int32))),
            shape=np.concatenate((laws.shape, np.zeros((count, 5), np.float32))),
        )
        return self.with_arrays(handed, fixed)


def lower(plan: Plan, options: SimulationOptions) -> Lowered:
    """Lower a plan to arrays.

    Raises
    ------
    PlanError
        If the plan can't be scheduled: a circle, an unknown task or calendar,
        a calendar without working time.
    """
    plain = plain_plan(plan)
    if plain is not None:
        leaves = Leaves.untouched(plain.leaves)
        others = [*plain.summaries]
        return _assembled(plan, options, leaves, others, plain.outline, plain.links, None)
    network, outline = lower_schedule(plan)
    leaves = Leaves.of([network.nodes[number] for number in network.order])
    others = [*effort_order(plan, outline.efforts), *reversed(outline.summaries)]
    count = len(leaves.tasks) + len(others)
    if is_on_one_calendar(plan, network, outline):
        links = one_calendar_links(plan, network, count)
        return _assembled(plan, options, leaves, others, outline, links, None)
    keys = [*(task.key for task in leaves.tasks), *others]
    side = lower_calendars(plan, network, outline, {key: row for row, key in enumerate(keys)})
    return _assembled(plan, options, leaves, others, outline, no_links(count), side)


def _assembled(
    plan: Plan,
    options: SimulationOptions,
    leaves: Leaves,
    others: list[str],
    outline: Outline,
    links: Links,
    side: CalendarSide | None,
) -> Lowered:
    tasks = leaves.tasks + [plan.task(key) for key in others]
    place = {task.key: row for row, task in enumerate(tasks)}
    notes: list[Note] = []
    book = LawBook()
    draws = Draws(plan, options, leaves, tasks, place, book, notes)
    child_first, child = _children(outline, tasks, place)
    net = Network(
        law=draws.law,
        stream=draws.stream,
        bound=links.bound,
        finish_bound=links.finish_bound,
        link_first=links.first,
        link_task=links.task,
        link_kind=links.kind,
        link_lag=links.lag,
        existence=draws.existence,
        existence_stream=draws.existence_stream,
        may_end=links.may_end,
        keeps_start=_keeps_start(links, child, len(tasks)),
        impact_first=draws.impact_first,
        impact_risk=draws.impact_risk,
        impact_law=draws.impact_law,
        impact_relative=draws.impact_relative,
        risk_chance=draws.risk_chance,
        risk_stream=draws.risk_stream,
        impact_stream=draws.impact_stream,
        mix_first=draws.mix_first,
        mix_factor=draws.mix_factor,
        mix_weight=draws.mix_weight,
        factor_stream=draws.factor_stream,
        child_first=child_first,
        child=child,
        target=np.full(len(tasks), NEVER, np.int32),
    )
    return Lowered(
        net=net,
        laws=book.lay_out(),
        tasks=tasks,
        leaves=len(leaves.tasks),
        planned_minutes=draws.planned_minutes,
        is_uncertain=draws.is_uncertain,
        is_monotone=draws.is_monotone,
        risks=draws.risks,
        side=side,
        late=links.late,
        notes=notes,
    )


def _keeps_start(links: Links, child: NDArray[np.int32], count: int) -> NDArray[np.int8]:
    """Tell the tasks at whose start a link or a summary looks."""
    keeps = np.zeros(count, np.int8)
    keeps[links.task[(links.kind == SS) | (links.kind == SF)]] = 1
    keeps[child] = 1
    return keeps


def _children(
    outline: Outline, tasks: list[Task], place: dict[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the rows of each summary's children, in the form of the kernel."""
    if not outline.children:
        return np.zeros(len(tasks) + 1, np.int32), np.zeros(0, np.int32)
    rows = [
        [
            place[child]
            for child in outline.children.get(task.key, ())
            if child not in outline.inactive or task.key in outline.inactive
        ]
        for task in tasks
    ]
    return first_of([len(row) for row in rows]), np.array(
        [child for row in rows for child in row], np.int32
    )
