"""Primary keys that sort by the moment they were made."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """Return a new UUID of version 7, a plain :class:`uuid.UUID`.

    Made in Python, so that PostgreSQL 15 suffices and an id is known before
    its row is written.
    """
    return _uuid7()
