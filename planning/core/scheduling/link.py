"""What a family of rules needs to know of one link."""

from typing import NamedTuple

from planning.core.calendars import WorkingTime
from planning.core.plan import LinkType
from planning.core.scheduling.network import Node


class Link(NamedTuple):
    """One link between two nodes, its lag in minutes of ``time``.

    ``number`` is the place of the dependency in the plan. ``group`` is the
    summary from whose start the link begins, -1 for none. ``data_date`` is
    the project's start where the plan has none. ``after_is_last``: nothing
    comes after the successor. ``is_of_summary``: it was drawn to or from a summary.
    """

    number: int
    type: LinkType
    predecessor: int
    successor: int
    before: Node
    after: Node
    lag: int
    time: WorkingTime
    group: int
    data_date: int
    project_start: int
    after_is_last: bool
    lag_from_early_start: bool = True
    is_of_summary: bool = False

    def work_since(self, instant: int) -> int:
        """Return how much of the lag has gone by from an actual date to the data date."""
        return max(0, self.time.work_between(instant, self.data_date))

    def plus_lag(self, instant: int) -> int:
        """Return an instant with the lag added."""
        return self.time.add(instant, self.lag)
