"""``/metrics`` for Prometheus: rate, errors and duration of requests, and how work stands.

Each web process counts for itself into files of a folder that they share
(``lineo/gunicorn.py`` makes it), so that any of them answers for all. What is
true of the whole site, such as what waits, is asked of PostgreSQL at each scrape, and the
same from every machine.
"""

import hmac
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from lineo.operations import readiness, work
from lineo.operations.readiness import Status

# Whatever else a stranger writes there would make a series of its own, for ever.
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_OWN = CollectorRegistry()
_REQUESTS = Counter(
    "lineo_http_requests", "Answered requests.", ["view", "method", "status"], registry=_OWN
)
_SECONDS = Histogram(
    "lineo_http_request_seconds",
    "How long answers took.",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_OWN,
)

_SLOW = Counter(
    "lineo_slow_statements",
    "Statements that took longer than LINEO_SLOW_STATEMENT_MS.",
    registry=_OWN,
)


def count_slow_statement() -> None:
    """Count one statement that took long."""
    _SLOW.inc()


class MetricsMiddleware:
    """Count every request, and answer ``/metrics`` to whoever has the token.

    The label is the view's name, never the address: ids would make a series for each row.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/metrics" and _may_read(request):
            return HttpResponse(scrape(), content_type=CONTENT_TYPE_LATEST)
        begun = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        view = match.view_name if match and match.view_name else "-"
        method = request.method if request.method in _METHODS else "other"
        _REQUESTS.labels(view, method, response.status_code).inc()
        _SECONDS.labels(view).observe(time.perf_counter() - begun)
        return response


def scrape() -> bytes:
    """Return all figures in Prometheus' words."""
    shared = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        own = generate_latest(shared)
    else:
        own = generate_latest(_OWN)
    of_the_site = CollectorRegistry()
    of_the_site.register(SiteCollector())
    return own + generate_latest(of_the_site)


class SiteCollector:
    """What PostgreSQL and Redis know of the whole site; without PostgreSQL, that it is away."""

    def collect(self) -> Iterable[Metric]:
        """Yield each figure."""
        found = readiness.look()
        is_up, is_whole = (found.redis == Status.OK, found.migrations == Status.OK)
        yield GaugeMetricFamily("lineo_redis_up", "Redis answers.", value=is_up)
        yield GaugeMetricFamily("lineo_migrated", "No migration is missing.", value=is_whole)
        if found.workers is not None:
            yield GaugeMetricFamily("lineo_workers", "Workers at work.", value=found.workers)
        try:
            state = work.look()
        except DatabaseError:
            connection.close()
            yield GaugeMetricFamily("lineo_database_up", "PostgreSQL answers.", value=0)
            return
        yield GaugeMetricFamily("lineo_database_up", "PostgreSQL answers.", value=1)
        depth = GaugeMetricFamily("lineo_queue_depth", "Jobs that wait.", labels=["queue"])
        age = GaugeMetricFamily(
            "lineo_queue_age_seconds", "How long the oldest has waited.", labels=["queue"]
        )
        for queue in state.queues:
            depth.add_metric([queue.name], queue.depth)
            age.add_metric([queue.name], queue.age_seconds)
        jobs = GaugeMetricFamily("lineo_jobs", "Jobs by kind and state.", labels=["kind", "state"])
        for (kind, name), count in state.jobs.items():
            jobs.add_metric([kind, name], count)
        yield from (depth, age, jobs)
        yield CounterMetricFamily(
            "lineo_job_repeats", "Attempts beyond a job's first.", value=state.repeats
        )


def _may_read(request: HttpRequest) -> bool:
    given: Any = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given.encode(), wanted.encode())
