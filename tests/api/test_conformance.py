"""The API under Schemathesis, with a token: good examples do what they say, and no way breaks it.

The stateful phase goes its own ways from answer to request, as a client that only knows the links.
"""

import os
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from lineo.accounts.models import TokenScope
from lineo.accounts.tokens import create_token
from planning.models import Scenario
from planning.services.scenarios import branch_scenario
from tests.api.bodies import BODIES
from tests.api.surface import FILE, one_of_each
from tests.api.test_schema import connection_kept
from tests.api.test_surface import undone
from tests.builders import Team

pytestmark = [pytest.mark.long, pytest.mark.django_db]

WAYS = int(os.environ.get("LINEO_SCHEMA_WAYS", "40"))
# A body can keep to its shape and still make no sense, which is answered 422; and where a bearer is
# sent, the session that stands in a made-up cookie is not looked at.
NOT_ASKED = [positive_data_acceptance, ignored_auth]
SETTINGS: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
}
# The rows of `one_of_each` are the baseline, the first task and the calendar that all go by.
ON_ANOTHER_ROW = {
    "POST /api/v1/scenarios/{scenario_id}/archive/": "branches:scenario_id",
    "DELETE /api/v1/scenarios/{scenario_id}/": "branches:scenario_id",
    "POST /api/v1/scenarios/{scenario_id}/promote/": "branches:scenario_id",
    "POST /api/v1/scenarios/{scenario_id}/restore-baseline/": "others:scenario_id",
}


@pytest.fixture
def ids(team: Team, scenario: Scenario) -> dict[str, UUID]:
    return one_of_each(scenario, team)


@pytest.fixture
def headers(team: Team) -> dict[str, str]:
    """A token that may do all that its owner may."""
    minted = create_token(
        team.membership, name="All", scopes=TokenScope.values, days=1, actor=team.membership
    )
    return {"Authorization": f"Bearer {minted.secret}"}


@pytest.fixture
def schema() -> Any:
    load_all_checks()
    with connection_kept():
        yield schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())


def at_known_rows(case: Any, ids: dict[str, UUID]) -> None:
    """Let the address name rows that exist, where it names rows at all."""
    kind = case.path.split("/")[3]
    for name, value in (case.path_parameters or {}).items():
        if _is_id(value):
            other = ON_ANOTHER_ROW.get(case.operation.label)
            case.path_parameters[name] = str(ids[other or f"{kind}:{name}"])


def _is_id(value: Any) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


def test_most_calls_that_are_made_of_good_examples_do_what_they_say(
    schema: Any,
    ids: dict[str, UUID],
    headers: dict[str, str],
    record_property: Any,
) -> None:
    done: list[tuple[str, int]] = []

    def ask(operation: Any) -> None:
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        @settings(max_examples=3, phases=[Phase.generate], **SETTINGS)
        def hold(case: Any) -> None:
            at_known_rows(case, ids)
            put_good_example(case, ids)
            with undone():
                response = case.call(headers={**headers, "If-Match": "*"})
            done.append((operation.label, response.status_code))

        hold()

    for result in schema.get_all_operations():
        ask(result.ok())

    good = [label for label, status in done if 200 <= status < 300]
    record_property("share: calls made of good examples answer 2xx", (len(good), len(done)))
    refused = sorted({(label, status) for label, status in done if not 200 <= status < 300})
    assert max(status for _, status in done) < 500
    assert len(good) >= 0.95 * len(done), refused
    labels = {label for label, _ in done}
    assert len(set(good)) >= 0.95 * len(labels), refused


def put_good_example(case: Any, ids: dict[str, UUID]) -> None:
    """Put the good example into a body; the query stays as it was made but for what is required."""
    body = case.operation.body
    if not list(body):
        return
    content = next(iter(body))
    name = FILE if content.media_type == FILE else _shape_of(case.operation)
    good = BODIES[name]
    case.body = good(ids) if callable(good) else good
    case.media_type = content.media_type


def _shape_of(operation: Any) -> str:
    content = operation.definition.raw["requestBody"]["content"]["application/json"]
    return str(content["schema"]["$ref"].rpartition("/")[2])


def test_no_way_through_the_links_breaks_anything(
    schema: Any, team: Team, scenario: Scenario, headers: dict[str, str]
) -> None:
    branch_scenario(scenario, name="Another", actor=team.person)
    machine = schema.as_state_machine()

    class Walk(machine):  # type: ignore[misc, valid-type]
        def setup(self) -> None:
            self.taken_back = transaction.atomic()
            self.taken_back.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.taken_back.__exit__(None, None, None)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": headers}

        def validate_response(self, response: Any, case: Any, **kwargs: Any) -> None:
            kwargs.pop("additional_checks", None)
            case.validate_response(response, excluded_checks=NOT_ASKED, transport_kwargs=kwargs)

    Walk.run(settings=settings(max_examples=WAYS, stateful_step_count=8, **SETTINGS))
