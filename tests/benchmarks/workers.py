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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MANAGE = str(ROOT / "manage.py")
LIVE_TASKS = (50, 200, 1000, 2000)
EDITS = 12
PARTS_SIZES = ((2_000, 800_000), (5_000, 400_000))
PARTS_CELLS, WHOLE_CELLS = 1_000_000_000, 10**12
WORKERS = (1, 2, 4)
ROUNDS = 3


def main() -> None:
    """Measure, and print a table for each thing measured."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("what", nargs="*", default=["live", "parts"])
    what = asked.parse_args().what
    with servers():
        if "live" in what:
            _live()
        if "parts" in what:
            _parts()


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
    from tests.benchmarks.networks import network, plan_of
    from tests.builders import make_project, make_team

    print("From the commit of an edit to the stored live forecast, in milliseconds")
    print(f"{'tasks':>6} {'edit':>7} {'median':>7} {'worst':>7}")
    team = make_team()
    with workers(1, queue="live"):
        for count in LIVE_TASKS:
            with team.context():
                project = make_project(team, name=f"Bench {count}")
            edits, waits = _edits(team, project, plan_of(network(count)))
            print(
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


def _parts() -> None:
    """Print a table, in Markdown, of one simulation whole and in parts on ever more workers."""
    from planning.services import scenarios
    from tests.benchmarks.networks import network, plan_of
    from tests.builders import make_project, make_team

    team = make_team("In parts")
    columns = "tasks × iterations", "workers", "parts", "before", "they", "after", "all", "speed-up"
    print(f"| {' | '.join(columns)} |\n|---{'|---:' * (len(columns) - 1)}|")
    for tasks, iterations in PARTS_SIZES:
        with team.context():
            scenario = scenarios.create_scenario(
                project=make_project(team, name=f"Bench {tasks} in parts"),
                plan=plan_of(network(tasks)),
                name="Bench",
                actor=team.person,
            )
        _in_parts(team, scenario, name=f"{tasks:,} × {iterations:,}", iterations=iterations)


def _in_parts(team: Any, scenario: Any, *, name: str, iterations: int) -> None:
    first = 0.0
    # Whole on one worker, then in parts: where parts begin to pay, and what they cost.
    for cells, count in ((WHOLE_CELLS, 1), *((PARTS_CELLS, count) for count in WORKERS)):
        os.environ["LINEO_SIMULATION_SPLIT_CELLS"] = str(cells)
        with workers(count, queue="default"):
            _simulated(team, scenario, iterations=1_000)  # until all have loaded the engine
            found = min(
                (_simulated(team, scenario, iterations=iterations) for _ in range(ROUNDS)),
                key=lambda one: one.seconds,
            )
        first = first or found.seconds
        spans = " | ".join(f"{span:.1f} s" for span in found.spans) or "– | – | –"
        print(
            f"| {name} | {count} | {found.parts or 'whole'} | {spans} | {found.seconds:.1f} s"
            f" | {first / found.seconds:.2f} × |",
            flush=True,
        )


@dataclass(frozen=True, slots=True)
class Simulated:
    """How long one simulation took, in how many parts, and what was before, in and after them."""

    seconds: float
    parts: int
    spans: tuple[float, ...]


def _simulated(team: Any, scenario: Any, *, iterations: int) -> Simulated:
    from lineo.jobs.models import Job, State
    from simulations import services

    with team.context():
        simulation = services.start_simulation(scenario, actor=team.person, iterations=iterations)

    def is_done() -> bool:
        with team.context():
            job = Job.objects.get(pk=simulation.job_id)
            if job.state == State.FAILED:
                raise RuntimeError(f"The simulation failed: {job.failure}")
            return job.state == State.DONE

    seconds = wait_until(is_done, pause=0.02)
    with team.context():
        whole = Job.objects.get(pk=simulation.job_id)
        parts = list(Job.objects.filter(parent=simulation.job_id))
    if not parts:
        return Simulated(seconds, 0, ())
    began, ended = min(one.started_at for one in parts), max(one.finished_at for one in parts)
    spans = (began - whole.created_at, ended - began, whole.finished_at - ended)
    return Simulated(seconds, len(parts), tuple(span.total_seconds() for span in spans))


if __name__ == "__main__":
    main()
