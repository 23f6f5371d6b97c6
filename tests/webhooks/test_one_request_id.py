"""One id leads from a click through its change, its log, its job and what others are told of it."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from lineo.activity.models import Change
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Job
from lineo.logs import JsonFormatter
from planning.services import tasks
from tests.builders import make_baseline

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Every log line, as machines read it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("lineo")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield written
    logger.setLevel(level)
    logger.removeHandler(handler)


def test_a_click_is_followed_to_the_message_that_tells_of_it(client, team, hook, receiver, log):
    with team.context():
        scenario = make_baseline(team, name="Foundry")
        task = tasks.add_task(scenario, actor=team.person, name="Dig")
    run_waiting()
    client.force_login(team.person)
    data = {"field": "duration", "value": "3", "version": task.version}

    answer = client.post(reverse("planning:edit-cell", args=[task.pk]), data)
    with team.context():
        job = Job.objects.filter(kind="webhook").latest("created_at")
        change = Change.objects.latest("created_at")
    run_waiting()

    asked = answer["X-Request-Id"]
    assert (change.request_id, job.request_id) == (asked, asked)
    assert receiver.messages[-1]["data"]["request_id"] == asked
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    sent = [line for line in lines if "of scenario.changed to" in line["message"]]
    assert sent[-1]["request_id"] == asked


@pytest.mark.parametrize("address", ["/notices/", "/api/v1/projects/"])
def test_what_broke_shows_the_id_under_which_its_trace_is_logged(team, monkeypatch, address):
    monkeypatch.setattr("lineo.notices.selectors.notices_for", lambda who: 1 / 0)
    monkeypatch.setattr("planning.selectors.projects_for", lambda who: 1 / 0)
    browser = Client(raise_request_exception=False)
    browser.force_login(team.person)

    answer = browser.get(address)

    assert answer.status_code == 500
    assert answer["X-Request-Id"] in answer.text
    assert "ZeroDivisionError" not in answer.text
