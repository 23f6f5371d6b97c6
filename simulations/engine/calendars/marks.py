"""Which nodes of a plan with calendars are plain, and at which somebody looks."""

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import ConstraintType
from planning.core.scheduling.network import Program, Source, State
from simulations.engine.calendars import columns as c
from simulations.engine.calendars.rules import Rules
from simulations.engine.codes import KINDS
from simulations.engine.kernels.arrays import NEVER

NONE = int(NEVER)
CLOCK_PLACE = 0


def mark_plain(rules: Rules) -> None:
    """Mark the nodes and links that nothing special is asked of.

    A plain node knows one calendar, whose working minutes say everything
    about it; a plain link hands an instant on as it is.
    """
    node, arrival, limit = rules.node, rules.arrival, rules.limit
    arrival[c.A_PLAIN] = (
        (arrival[c.A_SOURCE] != int(Source.CONSTANT))
        & (arrival[c.A_LAG] == 0)
        & np.isnan(rules.arrival_percent)
        & (arrival[c.A_BEFORE] == 0)
        & (arrival[c.A_AFTER] == 0)
        & (arrival[c.A_SNAP] == 0)
        & (arrival[c.A_FLOOR] == NONE)
        & (arrival[c.A_CEILING] == NONE)
        & (arrival[c.A_GROUP] < 0)
    )
    # What a limit does between two working minutes changes no working minute.
    limit[c.L_PLAIN] = (
        (limit[c.L_SOURCE] != int(Source.CONSTANT))
        & (limit[c.L_LAG] == 0)
        & np.isnan(rules.limit_percent)
        & (limit[c.L_BEFORE] == 0)
        & (limit[c.L_AFTER] == 0)
        & (limit[c.L_GROUP] < 0)
    )
    limits = node[c.N_LIMIT_LAST] - node[c.N_LIMIT_FIRST]
    gives_start = np.zeros(node.shape[1], np.bool_)
    gives_start[np.repeat(np.arange(len(limits)), limits)[limit[c.L_GIVES_START] != 0]] = True
    work = node[c.N_WORK]
    unset = (c.N_EXPECTED_FINISH, c.N_DEADLINE, c.N_LAST_FINISH, c.N_OPEN_FINISH)
    nothing = (
        c.N_DELAY, c.N_ALAP, c.N_HAS_GIVEN_FINISH, c.N_START_MILESTONE, c.N_SNAP,
    )  # fmt: skip
    state, program = node[c.N_STATE], node[c.N_PROGRAM]
    is_begun = (state == int(State.UNDER_WAY)) & (program == int(Program.REMAINING))
    is_begun &= node[c.N_WISH_FIRST] == node[c.N_WISH_LAST]
    is_fresh = (state == int(State.NOT_STARTED)) & (program == int(Program.FREE))
    node[c.N_PLAIN] = (
        (node[list(nothing)] == 0).all(axis=0)
        & (node[list(unset)] == NONE).all(axis=0)
        & (node[[c.N_HOURS, c.N_FLOAT_TIME, c.N_SLACK_TIME]] == work).all(axis=0)
        & (work != CLOCK_PLACE)
        & (is_begun | (is_fresh & _starts_no_earlier(rules)))
        & ~gives_start
        & (rules.settings[c.BY_MSPROJECT] == 0)
        & (rules.settings[c.ENDS_HAVE_NO_FLOAT] == 0)
    )
    # What remains of work under way waits for its base as other work does for its floor.
    node[c.N_FLOOR] = np.where((node[c.N_PLAIN] != 0) & is_begun, node[c.N_BASE], node[c.N_FLOOR])


def _starts_no_earlier(rules: Rules) -> NDArray[np.bool_]:
    """Tell the nodes whose dated constraints are no more than another floor."""
    node = rules.node
    wishes = node[c.N_WISH_LAST] - node[c.N_WISH_FIRST]
    others = np.zeros(node.shape[1], np.bool_)
    owner = np.repeat(np.arange(node.shape[1]), wishes)
    others[owner[rules.wish[c.W_KIND] != KINDS.index(ConstraintType.SNET)]] = True
    has_arrivals = node[c.N_ARRIVAL_FIRST] < node[c.N_ARRIVAL_LAST]
    keeps = (node[c.N_KEEPS_WISHES] != 0) | (node[c.N_LENDS_TIME_OF_DAY] != 0)
    is_floor = ~keeps & ((node[c.N_BASE] >= node[c.N_FLOOR]) | has_arrivals)
    return np.asarray((wishes == 0) | (~others & is_floor))


def mark_seen(rules: Rules, seen: list[int]) -> None:
    """Mark the nodes whose dates are looked at as instants, and those that may end the project.

    ``seen`` are those that summaries and efforts look at. A plain node that
    another plain one waits for never ends last.
    """
    node, arrival, limit = rules.node, rules.arrival, rules.limit
    is_plain = node[c.N_PLAIN] != 0
    after = np.repeat(np.arange(node.shape[1]), node[c.N_ARRIVAL_LAST] - node[c.N_ARRIVAL_FIRST])
    before = arrival[c.A_PREDECESSOR]
    is_plain_link = (arrival[c.A_PLAIN] != 0) & is_plain[after]
    waits = is_plain_link & (arrival[c.A_SOURCE] == int(Source.FINISH)) & is_plain[before]
    waits &= node[c.N_DRIVES][after] != 0
    ends = node[c.N_DRIVES] != 0
    ends[before[waits]] = False
    quiet = is_plain.copy()
    quiet[seen] = False
    quiet &= node[c.N_STATE] == int(State.NOT_STARTED)
    shows = ~quiet | ends
    shows[before[~is_plain_link]] = True
    shows[rules.group_member] = True
    first = np.repeat(np.arange(node.shape[1]), node[c.N_LIMIT_LAST] - node[c.N_LIMIT_FIRST])
    looks = (limit[c.L_PLAIN] == 0) | ~is_plain[first]
    shows_late = np.zeros(node.shape[1], np.bool_)
    shows_late[limit[c.L_SUCCESSOR][looks]] = True
    shows[limit[c.L_SUCCESSOR][node[c.N_ALAP][first] != 0]] = True
    node[c.N_ENDS], node[c.N_QUIET] = ends, quiet
    node[c.N_SHOWS], node[c.N_SHOWS_LATE] = shows, shows_late


def pairs_of(rules: Rules) -> tuple[tuple[int, int], ...]:
    """Return the calendars from which and to which plain nodes hand their dates on."""
    node, arrival, limit = rules.node, rules.arrival, rules.limit
    found: set[tuple[int, int]] = set()
    for links, plain, other, first, last in (
        (arrival, c.A_PLAIN, c.A_PREDECESSOR, c.N_ARRIVAL_FIRST, c.N_ARRIVAL_LAST),
        (limit, c.L_PLAIN, c.L_SUCCESSOR, c.N_LIMIT_FIRST, c.N_LIMIT_LAST),
    ):
        mine = np.repeat(np.arange(node.shape[1]), node[last] - node[first])
        theirs = links[other]
        both = (links[plain] != 0) & (node[c.N_PLAIN][mine] != 0) & (node[c.N_PLAIN][theirs] != 0)
        ends = node[c.N_WORK][theirs[both]], node[c.N_WORK][mine[both]]
        found.update(zip(*(one.tolist() for one in ends), strict=True))
    return tuple(sorted(pair for pair in found if pair[0] != pair[1]))
