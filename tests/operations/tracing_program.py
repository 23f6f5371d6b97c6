"""A page, and a job that it asks for, traced; prints the request's id. Run by test_tracing.py."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "lineo.settings"

import django

django.setup()

from django.test import Client
from opentelemetry import trace

from lineo import requests, tracing
from lineo.accounts.tenancy import workspace_context
from lineo.jobs import entry, services
from tests.jobs import functions  # noqa: F401 - registers test.mark

tracing.begin("lineo-web")
workspace, person = sys.argv[1:]
assert Client().get("/metrics", headers={"Authorization": "Bearer scrapes"}).status_code == 200
answer = Client().get("/sign-in/")
with requests.continued(answer["X-Request-Id"]), workspace_context(workspace, person):
    services.enqueue("test.mark", payload={})
entry.run_waiting()
trace.get_tracer_provider().force_flush()
print(answer["X-Request-Id"])
