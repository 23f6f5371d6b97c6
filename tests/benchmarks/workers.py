"""What workers take, with real ones on servers of their own: ``make bench-jobs``."""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MANAGE = str(ROOT / "manage.py")
LIVE_TASKS = (50, 200, 1000, 2000)
EDITS = 12


def main() -> None:
    """Measure, and print a table for each thing measured."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("what", nargs="*", default=["live"], choices=["live"])
    what = asked.parse_args().what
    with servers():
        if "live" in what:
            _live()


@contextmanager
def servers() -> Iterator[None]:
    """Run PostgreSQL and Valkey in a folder that goes afterwards, and set Django up on them."""
    with tempfile.TemporaryDirectory(prefix="lineo-bench-", ignore_cleanup_errors=True) as folder:
        os.environ |= {"LINEO_DATA": folder, "LINEO_LOG_LEVEL": "ERROR"}
        for name in ("DATABASE_URL", "REDIS_URL", "DATABASE_OWNER_URL"):
            os.environ.pop(name, None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "lineo.settings"
        import django

        django.setup()
        from lineo import embedded

        running = embedded.ensure()
        try:
            subprocess.run([sys.executable, MANAGE, "migrate", "--verbosity", "0"], check=True)
            yield
        finally:
            from django.db import connections

            connections.close_all()
            running.lease.release()


@contextmanager
def workers(count: int, *, queue: str) -> Iterator[None]:
    """Run so many workers of a queue, each in a process of its own."""
    command = [sys.executable, MANAGE, "work", "--queue", queue]
    started = [subprocess.Popen(command) for _ in range(count)]
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


def wait_until(condition: Any, *, seconds: float = 600, pause: float = 0.002) -> float:
    """Return how long it took until ``condition`` held."""
    begun = time.perf_counter()
    while not condition():
        if time.perf_counter() - begun > seconds:
            raise TimeoutError("It never came true.")
        time.sleep(pause)
    return time.perf_counter() - begun


def _live() -> None:
    from tests.benchmarks.engine import network
    from tests.builders import make_project, make_team

    print("From the commit of an edit to the stored live forecast, in milliseconds")  # noqa: T201
    print(f"{'tasks':>6} {'edit':>7} {'median':>7} {'worst':>7}")  # noqa: T201
    team = make_team()
    with workers(1, queue="live"):
        for count in LIVE_TASKS:
            with team.context():
                project = make_project(team, name=f"Bench {count}")
            edits, waits = _edits(team, project, network(count))
            print(  # noqa: T201
                f"{count:>6} {statistics.median(edits):>7.0f}"
                f" {statistics.median(waits):>7.0f} {max(waits):>7.0f}"
            )


def _edits(team: Any, project: Any, plan: Any) -> tuple[list[float], list[float]]:
    """Edit one duration after another; return what each edit and each forecast took."""
    from planning.services import scenarios, tasks
    from simulations.live import live_state_of

    with team.context():
        scenario = scenarios.create_scenario(
            project=project, plan=plan, name="Bench", actor=team.person
        )

    def is_current() -> bool:
        with team.context():
            scenario.refresh_from_db()
            return live_state_of(scenario).is_current

    wait_until(is_current)
    edits, waits = [], []
    for number in range(EDITS):
        key = plan.tasks[number * len(plan.tasks) // EDITS].key
        begun = time.perf_counter()
        with team.context():
            tasks.edit_task(scenario, key, actor=team.person, duration_minutes=480 * (number + 2))
        edits.append(1000 * (time.perf_counter() - begun))
        waits.append(1000 * wait_until(is_current))
    return edits[2:], waits[2:]


if __name__ == "__main__":
    main()
