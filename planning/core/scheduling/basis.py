"""A plan scheduled, with all that an edit of it can be rescheduled from."""

from collections.abc import Mapping
from dataclasses import dataclass

from planning.core.instants import to_datetime
from planning.core.plan import Plan, Task
from planning.core.scheduling.assembling import put_together
from planning.core.scheduling.explaining import Explainer
from planning.core.scheduling.forward import early_of
from planning.core.scheduling.lowering import frame_of, lower
from planning.core.scheduling.network import Network
from planning.core.scheduling.nodes import node_of
from planning.core.scheduling.outline import Outline
from planning.core.scheduling.passes import Passes, run
from planning.core.scheduling.result import Reason, Schedule, ScheduledTask


@dataclass(frozen=True, slots=True)
class Basis:
    """The network of a plan, its passes, and the dates of its leaves.

    ``numbers`` gives the node of each leaf. Nothing of a basis is changed
    once it is made: what follows from it shares what stays the same.
    """

    plan: Plan
    network: Network
    outline: Outline
    numbers: dict[str, int]
    passes: Passes
    leaves: dict[str, ScheduledTask]
    reasons: dict[tuple[int, bool], Reason]

    @classmethod
    def of(cls, plan: Plan) -> "Basis":
        """Schedule a plan from an empty start."""
        network, outline = lower(plan, meet=True)
        passes = run(plan, network)
        numbers = {key: number for number, key in enumerate(outline.leaves)}
        explainer = Explainer(plan, network, passes)
        leaves = {key: explainer.leaf(number) for key, number in numbers.items()}
        return cls(plan, network, outline, numbers, passes, leaves, explainer.reasons)

    def start_if(self, task: Task) -> int:
        """Return the early start of a leaf if it were ``task``."""
        number = self.numbers[task.key]
        node = node_of(task, frame_of(self.plan), self.outline)
        node.arrivals = self.network.nodes[number].arrivals
        early = self.passes.early
        start, *_ = early_of(node, self.network, early.start, early.finish)
        return node.hours.next_start(start)

    def has_summaries_of(self, former: "Basis") -> bool:
        """Whether the summaries are the same, and stand over the same."""
        return self.outline is former.outline and all(
            self.plan.task(key) is former.plan.task(key) for key in self.outline.summaries
        )

    def schedule(self, former: Mapping[str, ScheduledTask] | None = None) -> Schedule:
        """Return the schedule, with efforts and summaries.

        Parameters
        ----------
        former : mapping, optional
            The dates of a plan with the same summaries, of which those are
            taken over below which nothing is another object.
        """
        tasks = put_together(
            self.plan,
            self.network,
            self.outline,
            self.passes,
            self.leaves,
            self.numbers,
            former or {},
        )
        inactive = self.outline.inactive
        counted = [
            tasks[key].finish
            for key in (*self.outline.leaves, *self.outline.efforts)
            if key not in inactive
        ]
        empty = to_datetime(self.network.start)
        return Schedule(self.plan.project.start, max(counted, default=empty), tasks, self)
