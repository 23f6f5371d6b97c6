"""Says over Redis that something new is recorded in a workspace; may be late or lost.

The message is empty but for its channel: what happened is in PostgreSQL, and
who listens reads on from the number that they have seen.
"""

from uuid import UUID

from lineo.redis_line import Line

CHANNEL = "lineo:events:"
_line = Line("No live events; pages will ask by themselves")


def channel_of(workspace_id: UUID) -> str:
    """Return the channel on which a workspace's bell rings."""
    return f"{CHANNEL}{workspace_id}"


def ring(workspace_id: UUID, message: str = "") -> bool:
    """Say that something happened there; never raises. Returns whether anyone could hear it."""
    return _line.ask(lambda line: line.publish(channel_of(workspace_id), message)) is not None
