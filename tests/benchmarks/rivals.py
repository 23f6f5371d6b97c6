"""Other programs for the same question, each asked in a process of the rivals' environment."""

import json
import subprocess
import sys
import venv
from pathlib import Path
from types import TracebackType

from tests.benchmarks.networks import Network

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
HOME = ROOT / ".lineo" / "rivals"
REQUIREMENTS = HERE / "requirements.txt"
NAMES = ("pmcontrols", "trueppm-scheduler")


def environment() -> Path | None:
    """Return the Python of the rivals' environment, made where it is missing.

    None where it can't be made, as without a network.
    """
    python, stamp = HOME / "bin" / "python", HOME / "installed"
    wanted = REQUIREMENTS.read_text()
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    venv.create(HOME, clear=True, with_pip=False)
    base = getattr(sys, "_base_executable", sys.executable)
    command = (
        base,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "-q",
        "--no-compile",
        "-r",
        str(REQUIREMENTS),
    )
    if subprocess.run(command, check=False).returncode:
        return None
    stamp.write_text(wanted)
    return python


class Rival:
    """A process that measures one program when asked."""

    def __init__(self, python: Path, name: str) -> None:
        self.name, self.version, self.fault = name, "", ""
        self._process = subprocess.Popen(
            [str(python), str(HERE / "rival.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def seconds(self, given: Network, iterations: int) -> float | None:
        """Return the CPU seconds that it took, or None and a ``fault``."""
        asked = {"program": self.name, "points": given.points, "pairs": given.pairs}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked | {"iterations": iterations}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "it ended"}')
        self.version = answer.get("version", self.version)
        self.fault = answer.get("error", "")
        return answer.get("seconds")

    def __enter__(self) -> "Rival":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._process.communicate()
