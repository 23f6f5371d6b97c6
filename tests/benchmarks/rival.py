"""One rival program in an environment of its own: asked by lines, answers with CPU seconds.

Needs nothing of Lineo: ``python rival.py`` reads a JSON object a line and
writes one back.
"""

import json
import sys
from datetime import date, timedelta
from importlib.metadata import version
from time import process_time
from typing import Any

DAY = 480


def pmcontrols(points: list[list[int]], pairs: list[list[int]], iterations: int) -> float:
    from pmcontrols.network import pert  # type: ignore[import-not-found]

    before: list[list[str]] = [[] for _ in points]
    for first, second in pairs:
        before[second].append(str(first))
    activities = [
        {"id": str(n), "a": low / DAY, "m": mode / DAY, "b": high / DAY, "predecessors": before[n]}
        for n, (low, mode, high) in enumerate(points)
    ]
    began = process_time()
    pert(activities, n_sim=iterations, seed=1)
    return process_time() - began


def trueppm(points: list[list[int]], pairs: list[list[int]], iterations: int) -> float:
    from trueppm_scheduler.engine import monte_carlo  # type: ignore[import-not-found]
    from trueppm_scheduler.models import (  # type: ignore[import-not-found]
        Dependency,
        Project,
        Task,
    )

    tasks = [
        Task(
            id=str(n),
            name=str(n),
            duration=_days(low),
            optimistic_duration=_days(low),
            most_likely_duration=_days(mode),
            pessimistic_duration=_days(high),
        )
        for n, (low, mode, high) in enumerate(points)
    ]
    links = [Dependency(str(first), str(second)) for first, second in pairs]
    project = Project("P", "P", date(2026, 1, 5), tasks, links)
    began = process_time()
    monte_carlo(project, runs=iterations, seed=1, max_runs=iterations, max_tasks=len(points))
    return process_time() - began


def _days(minutes: int) -> timedelta:
    """Return whole days, the only durations that trueppm-scheduler takes."""
    return timedelta(days=max(1, round(minutes / DAY)))


PROGRAMS: dict[str, Any] = {"pmcontrols": pmcontrols, "trueppm-scheduler": trueppm}


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        program = asked["program"]
        try:
            seconds = PROGRAMS[program](asked["points"], asked["pairs"], asked["iterations"])
            answer = {"seconds": seconds, "version": version(program)}
        except Exception as error:  # noqa: BLE001 - whatever goes wrong there is told, not raised
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
