"""A plan scheduled, with all that an edit of it can be rescheduled from."""

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
from planning.core.scheduling.result import Schedule, ScheduledTask


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

    @classmethod
    def of(cls, plan: Plan) -> "Basis":
        """Schedule a plan from an empty start."""
        network, outline = lower(plan)
        passes = run(plan, network)
        numbers = {key: number for number, key in enumerate(outline.leaves)}
        explainer = Explainer(plan, network, passes)
        leaves = {key: explainer.leaf(number) for key, number in numbers.items()}
        return cls(plan, network, outline, numbers, passes, leaves)

    def start_if(self, task: Task) -> int:
        """Return the early start of a leaf if it were ``task``."""
        number = self.numbers[task.key]
        node = node_of(task, frame_of(self.plan), self.outline)
        node.arrivals = self.network.nodes[number].arrivals
        early = self.passes.early
        start = early_of(node, self.network, early.start, early.finish).start
        return node.hours.next_start(start)

    def schedule(self) -> Schedule:
        """Return the schedule, with efforts and summaries."""
        tasks = put_together(
            self.plan, self.network, self.outline, self.passes, self.leaves, self.numbers
        )
        inactive = self.outline.inactive
        counted = [
            tasks[key].finish
            for key in (*self.outline.leaves, *self.outline.efforts)
            if key not in inactive
        ]
        empty = to_datetime(self.network.start)
        return Schedule(self.plan.project.start, max(counted, default=empty), tasks, self)
