"""Where the embedded servers keep their data, and where they listen."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

DATABASE = "lineo"
OWNER, APP, BACKUP = "lineo_owner", "lineo_app", "lineo_backup"

# `sun_path` holds 107 bytes on Linux and 103 on macOS.
_LONGEST_SOCKET_BYTES = 103
_LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
_CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Folders:
    """The data folder of one pair of servers, and the private folder of their sockets."""

    data: Path
    sockets: Path

    @property
    def keeper_socket(self) -> Path:
        """Where :mod:`lineo.embedded.keeper` hears who still needs the servers."""
        return self.sockets / "keeper"

    def database_url(self, role: str) -> str:
        """Return the URL that connects ``role`` to the embedded PostgreSQL."""
        return f"postgres://{role}@{quote(str(self.sockets), safe='')}:5432/{DATABASE}"

    @property
    def redis_url(self) -> str:
        """Return the URL of the embedded Valkey."""
        return f"unix://{self.sockets / 'valkey'}?db=0"


def folders(data: Path | None = None) -> Folders:
    """Return the folders for ``data``: by default ``LINEO_DATA``, else ``.lineo`` in the checkout.

    Nothing is made yet, so settings may ask.
    """
    chosen = data or Path(os.environ.get("LINEO_DATA") or _CHECKOUT / ".lineo")
    chosen = chosen.absolute()
    return Folders(data=chosen, sockets=_socket_folder(chosen))


def _socket_folder(data: Path) -> Path:
    beside_the_data = data / "run"
    if _fits(beside_the_data):
        return beside_the_data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    name = f"lineo-{os.getuid()}-{digest}"
    temporary = Path(tempfile.gettempdir()) / name
    return temporary if _fits(temporary) else Path("/tmp") / name  # noqa: S108 - checked when made


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / _LONGEST_SOCKET_NAME)) <= _LONGEST_SOCKET_BYTES


def make_private(folder: Path) -> None:
    """Make ``folder`` for this user alone.

    Raises
    ------
    PermissionError
        If the folder exists and belongs to someone else: in a shared temporary
        folder a stranger may have made it first.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"The folder {folder} belongs to someone else; remove it first.")
    folder.chmod(0o700)
