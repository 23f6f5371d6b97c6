"""``python -m tests.operations.load``: what the site bears, alone and beside a simulation."""

import argparse
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.operations.load.hitting import HEAD, Measured, hit
from tests.operations.load.site_of_plans import Plans, make_plans, set_up_django
from tests.operations.people import Heard, Person
from tests.operations.place import Place, site


@dataclass(frozen=True)
class Goal:
    """What quality.md §2 wants of one kind of request."""

    what: str
    address: str
    least_rate: float
    most_p95_ms: float
    most_cpu_ms: float
    is_partial: bool = False


def goals(plans: Plans) -> list[Goal]:
    """Return each kind of request with its goal."""
    scenario = f"/scenarios/{plans.small}"
    tasks = f"/api/v1{scenario}/tasks/?limit=50"
    return [
        Goal("page: workbench of 50 tasks", f"{scenario}/", 25, 500, 40),
        Goal("partial: its 50 rows", f"{scenario}/rows/0/", 50, 300, 12, is_partial=True),
        Goal("API: list of its 50 tasks", tasks, 60, float("inf"), 20),
    ]


def main() -> int:
    """Measure each kind twice, print a table, and fail on any error."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=15, help="for each kind of request")
    seconds = asked.parse_args().seconds
    with site(pace={"LINEO_API_CALLS_PER_MINUTE": "0"}, workers=1) as place:
        set_up_django(place)
        plans = make_plans()
        place.serve()
        print(HEAD)
        found = list(_measured(place, plans, seconds, "")) + _beside_a_simulation(
            place, plans, seconds
        )
    return 1 if any(measured.errors for measured in found) else 0


def _measured(place: Place, plans: Plans, seconds: float, beside: str) -> Iterator[Measured]:
    for goal in goals(plans):
        headers = {"HX-Request": "true"} if goal.is_partial else {}
        hit(place, plans.session, goal.address, "", seconds=2, headers=headers)  # warm
        found = hit(
            place, plans.session, goal.address, goal.what + beside, seconds=seconds, headers=headers
        )
        print(f"{found}  {_verdict(goal, found)}", flush=True)
        yield found


def _verdict(goal: Goal, found: Measured) -> str:
    missed = [
        *([f"rate below {goal.least_rate:.0f}"] if found.rate < goal.least_rate else []),
        *([f"p95 over {goal.most_p95_ms:.0f}"] if found.p95 > goal.most_p95_ms else []),
        *([f"CPU over {goal.most_cpu_ms:.0f}"] if found.cpu_ms > goal.most_cpu_ms else []),
    ]
    return ", ".join(missed) or "as wanted"


def _beside_a_simulation(place: Place, plans: Plans, seconds: float) -> list[Measured]:
    with simulating(place, plans):
        return list(_measured(place, plans, seconds, ", simulating"))


@contextmanager
def simulating(place: Place, plans: Plans) -> Iterator[None]:
    """Keep the one worker busy with simulations, one after another."""
    person = Person(place.url, plans.session, Heard())
    stop = threading.Event()

    def keep_busy() -> None:
        seed = 0
        while not stop.is_set():
            status, said = person.send("GET", "/api/v1/jobs/?state=queued&limit=1")
            if status == 200 and said["count"] == 0:
                seed += 1
                person.send(
                    "POST",
                    f"/api/v1/scenarios/{plans.large}/simulations/",
                    {"iterations": 400_000, "seed": seed},
                )
            stop.wait(0.5)

    thread = threading.Thread(target=keep_busy, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
    person.heard.pause(0)  # raises where the site turned them away


if __name__ == "__main__":
    sys.exit(main())
