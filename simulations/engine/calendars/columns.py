"""Names of the columns and rows that the kernel with calendars reads and writes."""

from typing import Any

import numpy as np


def numbers(count: int) -> Any:
    """Return the numbers of so many rows, from 0.

    As int64, not Python's int: a function that takes one is then compiled once,
    and not for every number.

    Examples
    --------
    >>> [int(one) for one in numbers(2)]
    [0, 1]
    """
    return tuple(map(np.int64, range(count)))


# Which way work is counted; numbers of one kind for the same reason.
BACK: Any = np.int64(-1)
AHEAD: Any = np.int64(1)

# Columns of ``Rules.node``. ``N_DONE`` is what a started task has behind it, ``N_WHOLE`` the
# planned duration; the six of ``FIRST`` and ``LAST`` cut the other tables.
NODE_COLUMNS = (
    "program", "state", "work", "hours", "float_time", "slack_time", "snap", "base", "floor",
    "fixed_start",
    "fixed_finish", "resume", "delay", "alap", "drives", "keeps_wishes", "lends_time_of_day",
    "is_pinned", "has_end_link", "has_given_finish",
    "start_milestone", "expected_finish", "deadline", "open_finish", "last_finish", "actual_start",
    "actual_finish", "done", "whole", "arrival_first", "arrival_last", "limit_first",
    "limit_last", "wish_first", "wish_last", "plain", "quiet", "shows", "shows_late", "ends",
)  # fmt: skip
(
    N_PROGRAM, N_STATE, N_WORK, N_HOURS, N_FLOAT_TIME, N_SLACK_TIME, N_SNAP, N_BASE, N_FLOOR,
    N_FIXED_START,
    N_FIXED_FINISH, N_RESUME, N_DELAY, N_ALAP, N_DRIVES, N_KEEPS_WISHES, N_LENDS_TIME_OF_DAY,
    N_IS_PINNED, N_HAS_END_LINK, N_HAS_GIVEN_FINISH,
    N_START_MILESTONE, N_EXPECTED_FINISH, N_DEADLINE, N_OPEN_FINISH, N_LAST_FINISH, N_ACTUAL_START,
    N_ACTUAL_FINISH, N_DONE, N_WHOLE, N_ARRIVAL_FIRST, N_ARRIVAL_LAST, N_LIMIT_FIRST,
    N_LIMIT_LAST, N_WISH_FIRST, N_WISH_LAST, N_PLAIN, N_QUIET, N_SHOWS, N_SHOWS_LATE, N_ENDS,
) = range(len(NODE_COLUMNS))  # fmt: skip

ARRIVAL_COLUMNS = (
    "predecessor", "source", "lag", "time", "before", "after", "constant", "snap", "lead_floor",
    "floor", "ceiling", "group", "gives_finish", "settles", "link", "plain",
)  # fmt: skip
(
    A_PREDECESSOR, A_SOURCE, A_LAG, A_TIME, A_BEFORE, A_AFTER, A_CONSTANT, A_SNAP, A_LEAD_FLOOR,
    A_FLOOR, A_CEILING, A_GROUP, A_GIVES_FINISH, A_SETTLES, A_LINK, A_PLAIN,
) = range(len(ARRIVAL_COLUMNS))  # fmt: skip

LIMIT_COLUMNS = (
    "successor", "source", "lag", "time", "before", "after", "constant", "snap_before",
    "snap_after", "nearest", "recedes", "gives_start", "group", "until", "lead_lasts", "plain",
)  # fmt: skip
(
    L_SUCCESSOR, L_SOURCE, L_LAG, L_TIME, L_BEFORE, L_AFTER, L_CONSTANT, L_SNAP_BEFORE,
    L_SNAP_AFTER, L_NEAREST, L_RECEDES, L_GIVES_START, L_GROUP, L_UNTIL, L_LEAD_LASTS, L_PLAIN,
) = range(len(LIMIT_COLUMNS))  # fmt: skip

W_KIND, W_INSTANT, W_HARD = range(3)
(
    MUST_FINISH_BY, BY_MSPROJECT, TOTAL_FLOAT, FLOAT_LIMIT, PROJECT_TIME, ORIGIN, HAS_LATE_STARTS,
    BEGIN, ENDS_HAVE_NO_FLOAT, HAS_ALAP,
) = range(10)  # fmt: skip

# ``WORK`` and ``LATE_WORK`` are the working minutes before a plain node's start and late finish.
ROW_KINDS = 9
(
    START, FINISH, LATE_START, LATE_FINISH, SEEN_START, SEEN_FINISH, LEFT, WORK, LATE_WORK,
) = numbers(ROW_KINDS)  # fmt: skip
SPARE_ROWS = 15
(
    SPAN, LATER, ONE, TWO, THREE, FOUR, WANTED, FIRED, FORCED, GIVEN, CAP, PLACES, FOUND, VALUE,
    NUMBER,
) = range(SPARE_ROWS)  # fmt: skip
