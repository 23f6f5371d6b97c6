"""``python -m tests.operations.load.soak``: half the load for a long time, and what grows."""

import argparse
import itertools
import sys
import threading
import time
from dataclasses import dataclass, field

import psutil
import requests

from lineo import gunicorn
from tests.operations.load.__main__ import goals, simulating
from tests.operations.load.hitting import memory_mb
from tests.operations.load.site_of_plans import Plans, make_plans, set_up_django
from tests.operations.place import Place, site

# Half of what quality.md §2 wants the site to bear, spread over four connections.
_REQUESTS_A_SECOND = 12.0
_CONNECTIONS = 4
_LOOK_EVERY_SECONDS = 10.0
# What a process still learns in its first minutes is no leak.
_WARM_SHARE = 0.4
_MOST_MB_AN_HOUR = 60.0
# One for each thread that answers, one for the supervisor, and for each of the two workers one of
# its own, one of its work-horse and one of that one's heart.
_MOST_CONNECTIONS = gunicorn.workers * gunicorn.threads + 1 + 2 * 3


@dataclass
class Seen:
    """Memory and connections over time, and how many requests failed."""

    moments: list[float] = field(default_factory=list)
    memory: dict[str, list[float]] = field(default_factory=lambda: {"web": [], "workers": []})
    connections: list[int] = field(default_factory=list)
    requests: int = 0
    errors: int = 0

    def mb_an_hour(self, name: str) -> float:
        """Return the slope of a straight line through the memory after the warm part."""
        from_here = int(len(self.moments) * _WARM_SHARE)
        times, values = self.moments[from_here:], self.memory[name][from_here:]
        mean_t, mean_v = sum(times) / len(times), sum(values) / len(values)
        spread = sum((t - mean_t) ** 2 for t in times)
        rise = sum((t - mean_t) * (v - mean_v) for t, v in zip(times, values, strict=True))
        return 3600 * rise / spread if spread else 0.0


def main() -> int:
    """Soak the site, print what was seen, and fail where something grew or failed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--duration", type=float, default=1200, metavar="SECONDS")
    seconds = asked.parse_args().duration
    with site(pace={"LINEO_API_CALLS_PER_MINUTE": "0"}, workers=1) as place:
        set_up_django(place)
        plans = make_plans()
        place.serve()
        with simulating(place, plans):
            seen = soak(place, plans, seconds)
    return tell(seen)


def soak(place: Place, plans: Plans, seconds: float) -> Seen:
    """Ask and look for ``seconds``."""
    seen, stop = Seen(), threading.Event()
    threads = [
        threading.Thread(target=_ask, args=(place, plans, seen, stop)) for _ in range(_CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        time.sleep(_LOOK_EVERY_SECONDS)
        _look(place, seen, time.monotonic() - begun)
    stop.set()
    for thread in threads:
        thread.join(60)
    return seen


def tell(seen: Seen) -> int:
    """Print what was seen; return the exit status."""
    slopes = {name: seen.mb_an_hour(name) for name in seen.memory}
    for name, slope in slopes.items():
        values = seen.memory[name]
        change = f"{values[0]:.0f} MB at first, {values[-1]:.0f} at last"
        print(f"{name}: {change}, {slope:+.0f} MB an hour")
    most = max(seen.connections)
    print(f"connections to PostgreSQL: {most} at most, {_MOST_CONNECTIONS} allowed")
    print(f"{seen.requests} requests, {seen.errors} errors")
    grew = any(slope > _MOST_MB_AN_HOUR for slope in slopes.values())
    return 1 if grew or seen.errors or most > _MOST_CONNECTIONS else 0


def _ask(place: Place, plans: Plans, seen: Seen, stop: threading.Event) -> None:
    line = requests.Session()
    line.cookies.set("sessionid", plans.session)
    pause = _CONNECTIONS / _REQUESTS_A_SECOND
    for goal in itertools.cycle(goals(plans)):
        begun = time.monotonic()
        headers = {"HX-Request": "true"} if goal.is_partial else {}
        try:
            answer = line.get(place.url + goal.address, headers=headers, timeout=30)
            seen.errors += answer.status_code != 200
        except requests.RequestException:
            seen.errors += 1
        seen.requests += 1
        if stop.wait(max(pause - (time.monotonic() - begun), 0)):
            return


def _look(place: Place, seen: Seen, now: float) -> None:
    seen.moments.append(now)
    seen.memory["web"].append(memory_mb([place.web, *place.web.children()]))
    # Work-horses come and go with their job; the workers that fork them stay.
    seen.memory["workers"].append(memory_mb(place.supervisor.children()))
    seen.connections.append(_backends(place))


def _backends(place: Place) -> int:
    server = place.server_of(place.postgres)
    names = []
    for child in server.children():
        try:
            names.append(" ".join(child.cmdline()))
        except psutil.NoSuchProcess:
            continue
    return sum("lineo_app" in name for name in names)


if __name__ == "__main__":
    sys.exit(main())
