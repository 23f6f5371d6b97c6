"""The processes of the demo: each in a session of its own, none outlives its parent."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lineo.embedded.process import die_with_parent


class DemoError(RuntimeError):
    """The demo can't start or go on; the message is one sentence for a person."""


@dataclass
class Child:
    """One process, with the name that people know it by and the file that it logs to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    def stop(self, *, wait_seconds: float) -> None:
        """Let it finish what it does; after ``wait_seconds`` its whole session is killed."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(wait_seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def start(
    name: str, arguments: Sequence[str], *, environment: Mapping[str, str], log: Path
) -> Child:
    """Start ``python *arguments`` away from the terminal, so that Ctrl-C reaches the demo alone."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one thread
        )
    return Child(name, process, log)


def last_line(log: Path) -> str:
    """Return the last thing that a log says."""
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
