"""What breaks. Each fault does its harm, and by its end has put back what a person would."""

import random
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil
import redis

from tests.operations.people import Heard
from tests.operations.place import Place, wait_for

_FULL_DISK_BYTES = 1 << 20
_NO_LIMIT = resource.RLIM_INFINITY
_AWAY_SECONDS = 5.0


@dataclass(frozen=True)
class World:
    """What a fault may touch, how long it lasts, and whom it must tell."""

    place: Place
    heard: Heard
    draw: random.Random
    frozen_seconds: float
    every_job_has_an_attempt_left: Callable[[], bool]

    def wait_for_attempts_left(self) -> None:
        """Wait until whatever breaks next leaves every job an attempt; it has three."""
        self.heard.wait_for(self.every_job_has_an_attempt_left, seconds=120, pause=0.3)

    def horse(self) -> psutil.Process | None:
        """Return a process that does a job right now, waiting a while for one."""
        wait_for(self.place.horses, seconds=20)
        horses = self.place.horses()
        return self.draw.choice(horses) if horses else None

    def worker(self) -> psutil.Process | None:
        """Return a worker, a busy one if there is any."""
        wait_for(self.place.horses, seconds=10)
        workers = self.place.batch_workers()
        busy = [worker for worker in workers if worker.children()]
        return self.draw.choice(busy or workers) if workers else None


def kill_work_horse(world: World) -> str:
    """kill -9 the process that does a job."""
    horse = world.horse()
    if horse is None:
        return "nobody works"
    horse.kill()
    return f"process {horse.pid}"


def kill_worker(world: World) -> str:
    """kill -9 a worker with a job under way; its work-horse must not go on as an orphan."""
    worker = world.worker()
    if worker is None:
        return "no worker"
    horses = worker.children()
    worker.kill()
    time.sleep(2)
    orphans = [horse.pid for horse in horses if _is_at_work(horse)]
    if orphans:
        raise AssertionError(f"orphans 2 s after their worker: {orphans}")
    return f"process {worker.pid}, {len(horses)} under way"


def kill_supervisor(world: World) -> str:
    """kill -9 the supervisor; its workers go with it, and somebody starts it again."""
    supervisor = world.place.supervisor
    supervisor.kill()
    time.sleep(1)
    world.place.restart_supervisor()
    return f"process {supervisor.pid}, started again"


def freeze_worker(world: World) -> str:
    """SIGSTOP a worker and its work-horse for longer than its lease, then let both go on."""
    worker = world.worker()
    if worker is None:
        return "no worker"
    family = [worker, *worker.children()]
    for process in family:
        process.suspend()
    time.sleep(world.frozen_seconds)
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.resume()
    return f"process {worker.pid} for {world.frozen_seconds:.0f} s"


def flush_queue(world: World) -> str:
    """FLUSHALL."""
    line = redis.Redis(unix_socket_path=str(world.place.valkey.socket_path))
    keys = line.dbsize()
    line.flushall()
    line.close()
    return f"{keys} keys"


def empty_queue_server(world: World) -> str:
    """kill -9 the queue's server, and start an empty one a little later."""
    world.place.crash(world.place.valkey, signal.SIGKILL)
    time.sleep(_AWAY_SECONDS)
    world.place.valkey.start()
    return f"away for {_AWAY_SECONDS:.0f} s"


def hang_queue_server(world: World) -> str:
    """SIGSTOP the queue's server: it takes connections and answers none."""
    server = world.place.server_of(world.place.valkey)
    server.suspend()
    time.sleep(2 * _AWAY_SECONDS)
    server.resume()
    return f"for {2 * _AWAY_SECONDS:.0f} s"


def restart_database(world: World) -> str:
    """Restart PostgreSQL as an administrator does."""
    with world.heard.outage():
        world.place.postgres.stop()
        world.place.postgres.start()
    return "fast shutdown"


def crash_database(world: World) -> str:
    """Crash PostgreSQL: it comes back by its write-ahead log."""
    with world.heard.outage():
        world.place.crash(world.place.postgres, signal.SIGQUIT)
        time.sleep(1)
        world.place.postgres.start()
    return "immediate shutdown"


def fill_database_disk(world: World) -> str:
    """Let PostgreSQL write no further in its files for a while, as on a full disk."""
    server = world.place.server_of(world.place.postgres)
    with world.heard.outage():
        _limit_files([server, *server.children()], _FULL_DISK_BYTES)
        time.sleep(_AWAY_SECONDS)
        is_down = not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
        if not is_down:
            _limit_files([server, *server.children()], resource.RLIM_INFINITY)
        # A log that can't be written stops PostgreSQL; with room again, it is started.
        if is_down or not wait_for(lambda: _takes_connections(world), seconds=20):
            if server.is_running():
                world.place.crash(world.place.postgres, signal.SIGQUIT)
            world.place.postgres.start()
    return "it went down" if is_down else "it stayed up"


def starve_work_horse(world: World) -> str:
    """Leave a work-horse no memory beyond what it has."""
    horse = world.horse()
    if horse is None:
        return "nobody works"
    with suppress(psutil.NoSuchProcess):
        size = horse.memory_info().vms
        # The soft limit alone, for who is starved a second time may not raise the other again.
        _soft, hard = horse.rlimit(psutil.RLIMIT_AS)
        horse.rlimit(psutil.RLIMIT_AS, (size if hard == _NO_LIMIT else min(size, hard), hard))
        return f"process {horse.pid} at {size >> 20} MB"
    return "it had just ended"


def kill_web_worker(world: World) -> str:
    """kill -9 one of gunicorn's workers; what it was answering is gone."""
    workers = world.place.web.children()
    with world.heard.outage():
        victim = world.draw.choice(workers)
        victim.kill()
        wait_for(lambda: len(world.place.web.children()) >= len(workers), seconds=20)
        time.sleep(1)
    return f"process {victim.pid}"


def reload_web(world: World) -> str:
    """Reload gunicorn, which loses no request."""
    world.place.web.send_signal(signal.SIGHUP)
    return "SIGHUP"


Fault = Callable[[World], str]
FAULTS: tuple[Fault, ...] = (
    kill_work_horse,
    kill_worker,
    flush_queue,
    restart_database,
    freeze_worker,
    empty_queue_server,
    starve_work_horse,
    crash_database,
    hang_queue_server,
    kill_web_worker,
    fill_database_disk,
    reload_web,
    kill_supervisor,
)


def _is_at_work(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def _limit_files(processes: list[psutil.Process], most: int) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            _soft, hard = process.rlimit(psutil.RLIMIT_FSIZE)
            process.rlimit(psutil.RLIMIT_FSIZE, (most, hard))


def _takes_connections(world: World) -> bool:
    import psycopg

    with suppress(psycopg.OperationalError):
        psycopg.connect(world.place.environment["DATABASE_URL"], connect_timeout=2).close()
        return True
    return False
