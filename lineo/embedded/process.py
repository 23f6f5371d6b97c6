"""Starting a server as a child that never outlives its parent, nor runs as root."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1
_UNPRIVILEGED_ID = 1000
NOBODY_ID = 65534


def as_plain_user() -> None:
    """In a child: show it a plain user's id, though it stays root to the outside.

    PostgreSQL refuses to run as root. In a user namespace whose only entry maps 1000 to
    root, the server sees itself as user 1000 and its files as its own.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_UNPRIVILEGED_ID} 0 1")
    Path("/proc/self/gid_map").write_text(f"{_UNPRIVILEGED_ID} 0 1")


def die_with_parent(how: int) -> None:
    """In a child: get the signal ``how`` when the parent dies (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, how)


def namespaces_are_allowed() -> bool:
    """Return whether :func:`as_plain_user` works on this machine."""
    probe = subprocess.run(
        [sys.executable, "-c", "from lineo.embedded.process import as_plain_user as f; f()"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        capture_output=True,
        check=False,
    )
    return probe.returncode == 0


@dataclass(frozen=True)
class RunAs:
    """How a server that refuses root is run: as oneself, in a namespace, or as nobody."""

    prepare: Callable[[], None] | None = None
    user: int | None = None

    def popen(
        self, command: Sequence[str | Path], *, how_to_die: int, log: Path
    ) -> subprocess.Popen[bytes]:
        """Start ``command`` in a process group of its own, its output going to ``log``."""

        def in_child() -> None:
            if self.prepare:
                self.prepare()
            die_with_parent(how_to_die)

        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user is not None else None,
                start_new_session=True,
                preexec_fn=in_child,  # noqa: PLW1509 - the keeper has one thread
            )

    def run(
        self,
        command: Sequence[str | Path],
        *,
        text: str = "",
        extra: Mapping[str, str] | None = None,
    ) -> str:
        """Run ``command`` to its end and return what it said.

        Raises
        ------
        subprocess.CalledProcessError
            If it failed, with its output.
        """
        return subprocess.run(
            command,
            input=text,
            env={**os.environ, **(extra or {})},
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user is not None else None,
            preexec_fn=self.prepare,
            capture_output=True,
            text=True,
            check=True,
        ).stdout


def stop(server: subprocess.Popen[bytes], how: signal.Signals, *, wait_seconds: float) -> None:
    """Ask ``server`` to end by the signal ``how``, and make it end after ``wait_seconds``."""
    with contextlib.suppress(ProcessLookupError):
        server.send_signal(how)
    try:
        server.wait(wait_seconds)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def wait_until(
    ready: Callable[[], bool], server: subprocess.Popen[bytes], *, seconds: float
) -> bool:
    """Return whether ``ready`` became true before ``server`` ended or ``seconds`` passed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        if server.poll() is not None:
            return False
        time.sleep(0.02)
    return False
