"""How gunicorn serves Lineo: ``gunicorn -c python:lineo.gunicorn lineo.wsgi``.

One place for the demo, the container and real servers. The command line wins over it.
"""

import gc
import os
import shutil
import sys
import tempfile
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from lineo import environment
from lineo.slow_bodies import Patience, PatientSocket

try:
    workers = environment.number("LINEO_WEB_WORKERS", default=2, least=1)
    threads = environment.number("LINEO_WEB_THREADS", default=4, least=1)
except ImproperlyConfigured as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(2)
graceful_timeout = 30
# A heartbeat on a disk that hangs would kill a healthy worker.
_SHARED = "/dev/shm"  # noqa: S108 - a folder in memory, for files without a name
worker_tmp_dir = _SHARED if os.access(_SHARED, os.W_OK | os.X_OK) else None
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Make the folder in which web processes count together; see lineo/operations/metrics.py."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="lineo-metrics-")


def pre_request(worker: Any, req: Any) -> None:
    """Read the body with patience, see lineo/slow_bodies.py; its head has been read by now."""
    known = req.unreader.sock
    raw = known.inner if isinstance(known, PatientSocket) else known
    req.unreader.sock = PatientSocket(raw, worker.patience)


def post_worker_init(worker: Any) -> None:
    """Keep some threads for whoever else asks; set aside what was loaded once.

    No collection looks through that again. How many threads there are, the command line may say.
    """
    worker.patience = Patience(max(worker.cfg.threads // 2, 1))
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    """Let the figures of a worker that ended stay, without its live gauges."""
    from prometheus_client import multiprocess  # noqa: PLC0415 - not before the folder is there

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """Remove the folder."""
    shutil.rmtree(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""), ignore_errors=True)
