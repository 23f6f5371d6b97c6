"""What is forgotten once its time is over: each room's ``chores.py`` says what of its own.

A chore of rows behind the walls works as the sweeper's role, which reads of such a table how
old each row is, and nothing of what it holds. Chores may be done anywhere, often, and at once.
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError, connections
from django.utils.module_loading import autodiscover_modules

logger = logging.getLogger(__name__)

EACH_SECONDS = 600.0
"""How often a supervisor does all chores."""

Chore = Callable[[], int]
_chores: dict[str, Chore] = {}


def forgets(what: str) -> Callable[[Chore], Chore]:
    """Register a function that deletes what is over and returns how many rows went."""

    def register(chore: Chore) -> Chore:
        _chores[what] = chore
        return chore

    return register


def forget_what_is_over() -> dict[str, int]:
    """Do every chore, each for itself; return how many rows went of what, where any did."""
    autodiscover_modules("chores")
    gone = {}
    for what, chore in _chores.items():
        try:
            count = chore()
        except DatabaseError as error:
            logger.warning("The %s that are over were not forgotten: %s", what, error)
            connections.close_all()
            continue
        # A chore of any room: whatever it raises (a disk that hangs, its own fault), the chores of
        # the others are done all the same, the log has its traceback, and it is tried again soon.
        except Exception:
            logger.exception("The %s that are over were not forgotten.", what)
            connections.close_all()
            continue
        if count:
            logger.info("Forgot %s %s.", count, what)
            gone[what] = count
    return gone
