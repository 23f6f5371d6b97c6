"""What became of a file: what was read from it, or the sentence that refused it."""

from collections.abc import Callable
from typing import TypeVar

from planning.core.plan import PlanError

Read = TypeVar("Read")


def outcome(read: Callable[[bytes], Read], data: bytes) -> Read | str:
    """Return what ``read`` makes of ``data``; anything but ``PlanError`` is a failure."""
    try:
        return read(data)
    except PlanError as fault:
        return str(fault)


def is_sentence(text: object) -> bool:
    """Whether a fault is told on one line that ends as a sentence does."""
    return isinstance(text, str) and "\n" not in text and text.endswith(".")
