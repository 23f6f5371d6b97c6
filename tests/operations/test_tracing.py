"""Traces: a request, its statements and its jobs under the request's own id."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from lineo import requests
from lineo.accounts.models import Role
from lineo.accounts.tenancy import workspace_context
from lineo.jobs.models import Job
from tests.accounts.builders import make_person, make_workspace
from tests.builders import make_baseline, make_chain, make_team
from tests.jobs.processes import database_url
from tests.live.conftest import following
from tests.operations.machines import Machine

pytestmark = pytest.mark.django_db(transaction=True)
SERVICE = "service.name"
PROGRAM = Path(__file__).with_name("tracing_program.py")


class Collector(HTTPServer):
    """Takes what OpenTelemetry sends, and keeps the spans."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taker)
        self.spans: list[Any] = []
        self.services: set[str] = set()


class Taker(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        sent = ExportTraceServiceRequest()
        sent.ParseFromString(self.rfile.read(int(self.headers["Content-Length"])))
        for resource in sent.resource_spans:
            name = next(
                a.value.string_value for a in resource.resource.attributes if a.key == SERVICE
            )
            self.server.services.add(name)  # type: ignore[attr-defined]
            for scope in resource.scope_spans:
                self.server.spans += scope.spans  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_request_its_statements_and_its_job_are_one_trace(collector: Collector, rq_queue: Any):
    person = make_person("Ada")
    workspace = make_workspace("Bridge", owner=person)
    url = f"http://127.0.0.1:{collector.server_port}/v1/traces"

    ran = subprocess.run(
        [sys.executable, PROGRAM, str(workspace.pk), str(person.pk)],
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "LINEO_TRACES_URL": url,
            "LINEO_METRICS_TOKEN": "scrapes",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    request = ran.stdout.split()[-1]
    in_the_trace = [span for span in collector.spans if span.trace_id.hex() == request]
    names = [span.name for span in in_the_trace]
    statements = str([span.attributes for span in collector.spans])
    assert any("sign-in" in name for name in names), names
    assert "job test.mark" in names
    assert [span.name for span in collector.spans if span.kind == span.SPAN_KIND_SERVER] == [
        "GET sign-in/"
    ], "a scrape of the figures is no request to trace"
    assert "UPDATE" in statements
    assert str(workspace.pk) not in statements


def test_whoever_follows_and_what_is_carried_to_them_are_traced(
    collector: Collector, rq_queue: Any, tmp_path: Path
):
    url = f"http://127.0.0.1:{collector.server_port}/v1/traces"
    machine = Machine(tmp_path / "live", LINEO_TRACES_URL=url)
    team = make_team(role=Role.OWNER)
    with team.context():
        scenario = make_baseline(team)

    try:
        site = machine.serve_events()
        with following(site, team.person, f"scenario={scenario.pk}") as stream:
            stream.next("here")
            with team.context():
                make_chain(scenario, "Dig", team=team)
            stream.next("happened")
            request = stream.answer.getheader("X-Request-Id")
    finally:
        machine.stop()

    names = {span.name: span.trace_id.hex() for span in collector.spans}
    assert collector.services == {"lineo-live"}
    assert names["GET /events/stream/"] == request
    assert names["carry events"] != request
    # It asks the API itself who may follow: within the same trace.
    [asked] = [span for span in collector.spans if "api/v1/events" in span.name]
    assert asked.trace_id.hex() == request


def test_without_the_setting_nothing_of_it_is_imported():
    # The client of Redis looks for OpenTelemetry by itself, and starts nothing.
    code = "import lineo.wsgi, sys; print([m for m in sys.modules if m.startswith(sys.argv[1])])"

    ran = subprocess.run(
        [sys.executable, "-c", code, "opentelemetry.instrumentation"],
        cwd=PROGRAM.parents[2],
        env={**os.environ, "DATABASE_URL": database_url()},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.strip() == "[]"


def test_a_job_and_postgresql_know_the_request_that_asked():
    workspace = make_workspace("Bridge")
    known = "0123456789abcdef0123456789abcdef"

    with requests.continued(known), workspace_context(workspace):
        job = Job.objects.create(function="test.echo", kind="test")
        with connection.cursor() as cursor:
            cursor.execute("SHOW application_name")
            shown = cursor.fetchone()

    assert job.request_id == known
    assert shown == (f"lineo {known}",)
