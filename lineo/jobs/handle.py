"""What a job's function holds while it runs: how it says how far it is, and hears to stop."""

import time
from uuid import UUID


class JobRefusedError(Exception):
    """The job can't be done as asked; the message is a sentence for the person."""


class BreakOffError(BaseException):
    """Raised within a job's function to make it stop.

    Not an :class:`Exception`, so that a function that swallows errors still stops.
    """


class CancelledError(BreakOffError):
    """The person does not want it any more."""


class StoppedError(BreakOffError):
    """The worker stops; someone else will do it from the beginning."""


class OutOfTimeError(BreakOffError):
    """The time that the function may take is over."""


class JobHandle:
    """Given to a job's function as its first argument.

    Call :meth:`progress` or :meth:`check` at least every two seconds: a heart
    that beats in its own thread carries what they say to the database, and
    tells them when to break off. They cost nothing.
    """

    def __init__(
        self, job_id: UUID, *, attempt: int, timeout_seconds: float, fraction: float = 0.0
    ) -> None:
        self.job_id = job_id
        self.attempt = attempt
        self.deadline = time.monotonic() + timeout_seconds
        # A whole that its parts call again has come far already, and shows no less.
        self.fraction = fraction
        self.stage = ""
        self.is_cancelled = False
        self.is_stopped = False
        # From here on the job is no longer ours because we end it, not because it was taken.
        self.is_ending = False

    def progress(self, fraction: float, stage: str = "") -> None:
        """Say which share of the work is done, and in a few words what is being done.

        ``stage`` is marked for translation where it is written, and never
        holds content of the workspace.
        """
        self.fraction = min(max(float(fraction), 0.0), 1.0)
        if stage:
            self.stage = stage
        self.check()

    def check(self) -> None:
        """Break off here if the job was cancelled, its time is over, or the worker stops."""
        if self.is_cancelled:
            raise CancelledError
        if time.monotonic() > self.deadline:
            raise OutOfTimeError
        if self.is_stopped:
            raise StoppedError
