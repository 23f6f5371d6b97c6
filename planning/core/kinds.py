"""The kinds of things in a plan, by the words that files and rows have for them."""

from enum import StrEnum


class TaskKind(StrEnum):
    """What a task is in the plan."""

    TASK = "task"
    MILESTONE = "milestone"
    SUMMARY = "summary"
    EFFORT = "effort"


class LinkType(StrEnum):
    """Which end of the predecessor holds which end of the successor."""

    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


class ConstraintType(StrEnum):
    """A date wish, in the abbreviations of MS Project."""

    ASAP = "ASAP"
    ALAP = "ALAP"
    SNET = "SNET"
    SNLT = "SNLT"
    FNET = "FNET"
    FNLT = "FNLT"
    MSO = "MSO"
    MFO = "MFO"


class TotalFloat(StrEnum):
    """From which dates total float is reckoned."""

    FINISH = "finish"
    START = "start"
    SMALLEST = "smallest"


class LagCalendar(StrEnum):
    """Whose working time a lag is measured in."""

    SUCCESSOR = "successor"
    PREDECESSOR = "predecessor"
    PROJECT = "project"
    CLOCK = "24h"


class OutOfSequence(StrEnum):
    """What holds work that has begun before its predecessors are done."""

    RETAINED_LOGIC = "retained_logic"
    PROGRESS_OVERRIDE = "progress_override"
    ACTUAL_DATES = "actual_dates"


class Rules(StrEnum):
    """The family of scheduling rules, where Microsoft Project and P6 differ."""

    LINEO = "lineo"
    MSPROJECT = "msproject"
    P6 = "p6"
