"""What rules and tokens can be laid on, told by the room that knows it.

Projects, scenarios and tasks stand above people. That room registers how to
find them; here they are names and ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from lineo.accounts.actions import ScopeKind
from lineo.accounts.models import Membership


@dataclass(frozen=True, slots=True)
class Place:
    """A project, a scenario, or a task with what is below it."""

    kind: ScopeKind
    id: UUID
    name: str
    task_key: str = ""


class Atlas(Protocol):
    """Who knows the places of a workspace."""

    def places_for(self, membership: Membership) -> Sequence[Place]:
        """Return the projects and scenarios that the person may read."""

    def find(
        self, membership: Membership, kind: ScopeKind, place_id: UUID, task_key: str = ""
    ) -> Place | None:
        """Return that place if the person may read it."""

    def names_of(
        self, places: Sequence[tuple[UUID, str]], membership: Membership
    ) -> dict[tuple[UUID, str], str]:
        """Return what the places are called, by id and task key.

        What is gone is left out, and so is what the person may not read.
        """


class _Unknown:
    def places_for(self, membership: Membership) -> Sequence[Place]:
        return ()

    def find(
        self, membership: Membership, kind: ScopeKind, place_id: UUID, task_key: str = ""
    ) -> Place | None:
        return None

    def names_of(
        self, places: Sequence[tuple[UUID, str]], membership: Membership
    ) -> dict[tuple[UUID, str], str]:
        return {}


_atlas: Atlas = _Unknown()


def register(atlas: Atlas) -> None:
    """Let ``atlas`` answer from now on."""
    global _atlas  # noqa: PLW0603 - set once, as the apps get ready
    _atlas = atlas


def atlas() -> Atlas:
    """Return who knows the places."""
    return _atlas
