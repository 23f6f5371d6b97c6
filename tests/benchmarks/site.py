"""The site's figures with 50 to 5,000 tasks: ``make bench-site``.

CPU and queries of a request are taken in this process through Django's client; paint, long
tasks and sizes in headless Chromium on a live server. Seconds are goals to read, not to assert.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Page

from planning.core.distributions import Pert
from planning.core.plan import Dependency, Plan, Task, TaskKind
from planning.models import Scenario
from planning.services import plans
from planning.services import tasks as task_services
from planning.snapshot import plan_of
from tests.benchmarks.site_report import SiteReport
from tests.browser.conftest import (
    _async_unsafe,
    browser_type_launch_args,
    empty_plan,
    open_page,
    server,
    team,
)
from tests.builders import Team, sign_in

SIZES = (50, 500, 2_000, 5_000)
ROUNDS = 5
BRACKETS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
"""Statements that mark where a transaction begins and ends; all others count as queries."""

_WATCH = """
window.__long = [];
const keep = (list) => window.__long.push(...list.getEntries().map((one) => one.duration));
new PerformanceObserver(keep).observe({ type: 'longtask', buffered: true });
"""
_PAINT = """
() => Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0)
"""
_SCROLL = """
async () => {
  const bench = document.getElementById('workbench');
  window.__long = [];
  const until = performance.now() + 6000;
  const step = Math.max(bench.scrollHeight / 360, 40);
  while (performance.now() < until) {
    bench.scrollTop = (bench.scrollTop + step) % (bench.scrollHeight - bench.clientHeight);
    await new Promise(requestAnimationFrame);
  }
  await new Promise((done) => setTimeout(done, 300));
  return window.__long;
}
"""


@pytest.fixture(scope="module")
def report() -> Iterator[SiteReport]:
    """What was measured, written as a page once every size has been."""
    found = SiteReport()
    yield found
    found.write(SIZES)


def plan_with(base: Plan, count: int) -> Plan:
    """Return ``base`` with ``count`` tasks in summaries of ten, with ranges and links."""
    tasks, links = [], []
    for number in range(count):
        key = f"T{number}"
        parent = None if number % 10 == 0 else f"T{number - number % 10}"
        estimate = Pert(480, 960, 960 + 240 * (number % 5)) if parent else None
        name = f"Work package {number // 10} – step {number % 10}"
        kind = TaskKind.TASK if parent else TaskKind.SUMMARY
        tasks.append(Task(key, name, parent, kind, duration_minutes=960, estimate=estimate))
        if number % 10 > 1:
            links.append(Dependency(f"T{number - 1}", key))
        elif number % 10 == 1 and number > 10:
            links.append(Dependency(f"T{number - 2}", key))
    return replace(base, tasks=tuple(tasks), dependencies=tuple(links))


def filled(scenario: Scenario, team: Team, count: int) -> Scenario:
    """Give the scenario ``count`` tasks."""
    with team.context():
        scenario.refresh_from_db()
        plan = plan_with(plan_of(scenario), count)
        plans.replace_plan(scenario, plan, actor=team.person, summary="Filled")
        return Scenario.objects.get(pk=scenario.pk)


def cpu_of(call: Callable[[], Any]) -> tuple[float, int, Any]:
    """Return the least CPU milliseconds of a few calls, the queries of the last, its answer."""
    least = float("inf")
    for _round in range(ROUNDS):
        begun = time.process_time()
        call()
        least = min(least, time.process_time() - begun)
    with CaptureQueriesContext(connection) as asked:
        answer = call()
    queries = sum(not each["sql"].startswith(BRACKETS) for each in asked)
    return least * 1000, queries, answer


def requests_of(person: Client, scenario: Scenario, team: Team) -> Iterator[tuple[str, Any]]:
    """Yield each measured request with the call that makes it."""
    with team.context():
        rows_of_tasks = scenario.tasks.filter(kind="task").order_by("position")
        task, last = rows_of_tasks.first(), rows_of_tasks.last()
    htmx = {"HX-Request": "true"}
    address = reverse("planning:scenario", args=[scenario.pk])
    rows = reverse("planning:scenario-rows", args=[scenario.pk, 0])
    shape = reverse("planning:shape", args=[scenario.pk])
    cell, last_cell = (reverse("planning:edit-cell", args=[one.pk]) for one in (task, last))
    days = iter(range(3, 10_000))
    preview = reverse("api:preview", args=[scenario.pk])
    start = {"intention": "reschedule", "task": task.key, "start": "2026-02-02T08:00"}
    yield "page: workbench", lambda: person.get(address)
    yield "partial: rows", lambda: person.get(rows, headers=htmx)
    yield "partial: shape of a range", lambda: person.get(shape, {"text": "3..5..10d"})
    yield (
        "partial: palette",
        lambda: person.get(
            reverse("planning:find"), {"q": "step 7", "scenario": scenario.pk}, headers=htmx
        ),
    )
    yield (
        "preview: a drag that moves all",
        lambda: person.post(preview, start, content_type="application/json"),
    )
    yield "page: history", lambda: person.get(reverse("planning:history", args=[scenario.pk]))
    yield "API: list of 50", lambda: person.get(f"/api/v1/scenarios/{scenario.pk}/tasks/?limit=50")

    def edit(address: str) -> Any:
        return person.post(address, {"field": "duration", "value": f"{next(days)}d"}, headers=htmx)

    yield "write: edit of the last task", lambda: edit(last_cell)
    yield "write: edit of the first task", lambda: edit(cell)


@pytest.mark.parametrize("count", SIZES)
def test_requests(
    empty_plan: Scenario,
    team: Team,
    client: Client,
    report: SiteReport,
    count: int,
) -> None:
    scenario = filled(empty_plan, team, count)
    sign_in(client, team)

    print(f"\n{count:,} tasks {'CPU ms':>25} {'queries':>8} {'kB':>7}")
    for name, call in requests_of(client, scenario, team):
        milliseconds, queries, answer = cpu_of(call)
        assert answer.status_code == 200, name
        report.requests[name][count] = (milliseconds, queries, len(answer.content) / 1000)
        print(f"  {name:<28}{milliseconds:>8.1f} {queries:>8} {len(answer.content) / 1000:>7.0f}")


@pytest.mark.parametrize("count", SIZES)
def test_browser(
    empty_plan: Scenario,
    team: Team,
    open_page: Callable[..., Page],
    report: SiteReport,
    count: int,
) -> None:
    scenario = filled(empty_plan, team, count)
    page = open_page("/")
    page.add_init_script(_WATCH)
    address = reverse("planning:scenario", args=[scenario.pk])
    page.goto(address)

    answer = page.goto(address)
    page.wait_for_load_state("networkidle")
    paint, loading = page.evaluate(_PAINT), page.evaluate("window.__long")
    scrolling = page.evaluate(_SCROLL)

    kilobytes = len(answer.body()) / 1000
    longest = max(loading, default=0.0), max(scrolling, default=0.0)
    report.browser.append((count, paint, kilobytes, *longest))
    print(
        f"\n{count:,} tasks: first paint {paint} ms, HTML {kilobytes:.0f} kB, longest task while"
        f" loading {longest[0]:.0f} ms, while scrolling"
        f" {longest[1]:.0f} ms ({len(scrolling)} over 50 ms)"
    )
    assert paint > 0
    assert kilobytes < 300


def test_a_paste_of_200_rows(empty_plan: Scenario, team: Team, client: Client) -> None:
    scenario = filled(empty_plan, team, 2_000)
    sign_in(client, team)
    lines = ["Task\tDuration\tAfter"]
    lines += [f"Pasted {n}\t2..3..6d\t{f'Pasted {n - 1}' if n else ''}" for n in range(200)]
    address = reverse("planning:paste", args=[scenario.pk])

    begun, elapsed = time.process_time(), time.perf_counter()
    answer = client.post(address, {"text": "\n".join(lines)}, headers={"HX-Request": "true"})

    print(
        f"\n200 rows pasted into 2,000: {time.process_time() - begun:.2f} s CPU,"
        f" {time.perf_counter() - elapsed:.2f} s"
    )
    assert answer.status_code == 200
    with team.context():
        assert task_services.TaskRow.objects.filter(scenario=scenario).count() == 2_200
