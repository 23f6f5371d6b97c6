"""Ready, degraded or down: what probes and people are told."""

import signal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from lineo import __version__
from lineo.operations import admin_pages, readiness
from lineo.operations.readiness import Readiness, Status
from tests.jobs.processes import Processes, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def processes(rq_queue: Any, tmp_path: Any) -> Any:
    started = Processes(tmp_path / "workers.log")
    yield started
    started.end()


def test_it_is_ready_with_a_worker(client: Client, processes: Processes):
    alone = client.get("/readyz", headers={"host": "10.1.2.3"})
    worker = processes.worker()
    # This one and no other: of an earlier test's worker Redis may know, and forget it any moment.
    wait_for(lambda: worker.pid in {seen.process for seen in admin_pages.workers()})
    with_worker = client.get("/readyz")

    assert alone.status_code == 200
    assert with_worker.json() == {
        "status": "ok",
        "postgresql": "ok",
        "migrations": "ok",
        "redis": "ok",
        "workers": with_worker.json()["workers"],
    }
    assert with_worker.json()["workers"] >= 1
    worker.send_signal(signal.SIGTERM)


def test_without_redis_it_is_degraded(client: Client, redis_at: Any):
    redis_at("unix:///nowhere/at/all")

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert (answer.json()["redis"], answer.json()["workers"]) == ("down", None)
    assert answer.json()["status"] == "degraded"


def test_without_postgresql_it_is_down(client: Client, monkeypatch: pytest.MonkeyPatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", "no_such_database")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (503, "down")


def test_a_migration_that_is_missing_makes_it_down(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readiness, "_migrated", set())
    plan = "django.db.migrations.executor.MigrationExecutor.migration_plan"
    monkeypatch.setattr(plan, lambda *_: ["accounts.9999_to_come"])

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["migrations"]) == (503, "down")


def test_a_stranger_may_ask_the_api_for_version_and_services(client: Client, rq_queue: Any):
    answer = client.get("/api/v1/health/")

    assert answer.status_code == 200
    assert answer.json()["version"] == __version__
    assert answer.json()["services"]["postgresql"] == "ok"


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (Readiness(Status.OK, Status.OK, Status.OK, 2), Status.OK),
        (Readiness(Status.OK, Status.OK, Status.OK, 0), Status.DEGRADED),
        (Readiness(Status.OK, Status.OK, Status.DOWN, None), Status.DEGRADED),
        (Readiness(Status.OK, Status.DOWN, Status.OK, 2), Status.DOWN),
        (Readiness(Status.DOWN, Status.DOWN, Status.DOWN, None), Status.DOWN),
    ],
)
def test_the_whole_is_as_well_as_what_it_needs(found: readiness.Readiness, status: Status):
    assert found.status == status
