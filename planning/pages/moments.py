"""A state of a scenario, by name."""

from typing import NamedTuple
from uuid import UUID


class Moment(NamedTuple):
    """One revision of one scenario: a state that never changes again."""

    scenario_id: UUID
    revision: int
