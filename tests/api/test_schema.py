"""The description of the API is true: valid, complete, and kept by every answer.

Schemathesis makes requests from the description, good ones and bad ones, and holds every answer
against it. Here it is a slice; the ids are those of rows that exist, so that it gets past the
addresses.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from lineo.api.docs import description
from planning.models import Scenario
from tests.api.caller import Caller
from tests.api.surface import one_of_each
from tests.api.test_surface import undone
from tests.builders import Team

EXAMPLES = int(os.environ.get("LINEO_SCHEMA_EXAMPLES", "3"))
TOKEN = "c" * 32


def test_the_description_is_valid_and_free_of_warnings(tmp_path: Any) -> None:
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml")
    )


def test_every_operation_says_who_it_is_and_what_can_go_wrong() -> None:
    operations = [each for item in description()["paths"].values() for each in item.values()]

    assert len({each["operationId"] for each in operations}) == len(operations)
    for each in operations:
        assert each["summary"]
        assert {"400", "401", "403", "404", "409", "422"} <= set(each["responses"])
        assert "requestBody" not in each or "415" in each["responses"]


def test_answers_keep_to_the_description(
    team: Team, scenario: Scenario, subtests: pytest.Subtests
) -> None:
    load_all_checks()
    ids = one_of_each(scenario, team)
    headers = {"Cookie": f"{session_of(team)}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}

    with connection_kept():
        schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
        for result, mode in product(schema.get_all_operations(), GenerationMode):
            operation = result.ok()
            if mode is GenerationMode.NEGATIVE and not list(operation.iter_parameters()):
                continue  # nothing is sent, so nothing can be wrong with it
            with subtests.test(f"{operation.label}: {mode.value}"):
                check(operation, mode, ids, headers)


def check(operation: Any, mode: GenerationMode, ids: dict[str, Any], headers: Any) -> None:
    """Make a few requests and hold their answers against the description."""
    kind = operation.path.split("/")[3]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def hold(case: Any) -> None:
        for name in case.path_parameters or {}:
            case.path_parameters[name] = str(ids[f"{kind}:{name}"])
        with undone():
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    hold()


@contextmanager
def connection_kept() -> Iterator[None]:
    """Keep the test's transaction open from request to request, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def session_of(team: Team) -> str:
    cookie = Caller(team.person).client.cookies["sessionid"]
    return f"sessionid={cookie.value}"
