"""How much is said of each task: lent by a room above, which knows of comments."""

from collections import Counter
from collections.abc import Callable, Mapping

from planning.models import Scenario

Source = Callable[[Scenario], Mapping[str, int]]

comment_sources: list[Source] = []
"""Each gives the number of comments by task key."""


def comment_counts(scenario: Scenario) -> Mapping[str, int]:
    """Return how many comments each task of the scenario has, by its key."""
    found: Counter[str] = Counter()
    for source in comment_sources:
        found.update(source(scenario))
    return found
