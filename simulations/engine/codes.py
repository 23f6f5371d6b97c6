"""The rules' codes as plain numbers, which is what the kernel with calendars compiles in."""

from typing import Any

import numpy as np

from planning.core.plan import ConstraintType, TotalFloat
from planning.core.scheduling.network import Program, Snap, Source, Span, State

FREE, REMAINING, PASSING = int(Program.FREE), int(Program.REMAINING), int(Program.PASSING)
PROGRAM_FIXED, STARTED = int(Program.FIXED), int(Program.STARTED)
NOT_STARTED, FINISHED = int(State.NOT_STARTED), int(State.FINISHED)
EDGE = int(Snap.EDGE)
FROM_START, FROM_FINISH, CONSTANT = int(Source.START), int(Source.FINISH), int(Source.CONSTANT)
# As the tables hold them, so that a function that takes one is compiled once.
NO_SPAN: Any = np.int32(Span.NONE)
WHOLE: Any = np.int32(Span.WHOLE)
LEFT_SPAN: Any = np.int32(Span.REMAINING)
KINDS = (
    ConstraintType.SNET,
    ConstraintType.SNLT,
    ConstraintType.FNET,
    ConstraintType.FNLT,
    ConstraintType.MSO,
    ConstraintType.MFO,
)
SNET, SNLT, FNET, FNLT, MSO, MFO = range(6)
BY_FINISH, BY_START, BY_SMALLEST = range(3)
TOTAL_FLOATS = (TotalFloat.FINISH, TotalFloat.START, TotalFloat.SMALLEST)
DAY = 1440
