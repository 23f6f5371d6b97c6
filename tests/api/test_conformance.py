"""The API under Schemathesis, with a token, in all its phases: nothing breaks, and all of it works.

The examples are the good bodies; coverage goes to every border of what the description allows;
fuzzing makes up what it likes; the stateful phase goes its own ways from answer to request, as a
client that only knows the links.
"""

import os
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.hypothesis.builder import (
    HypothesisTestConfig,
    HypothesisTestMode,
    create_test,
)
from schemathesis.generation.overrides import with_config_headers
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

pytestmark = pytest.mark.django_db

SEED = 20261127
WAYS = int(os.environ.get("LINEO_SCHEMA_WAYS", "40"))
MOST = int(os.environ.get("LINEO_SCHEMA_MOST", "300"))
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
def schema(headers: dict[str, str]) -> Any:
    load_all_checks()
    with connection_kept():
        found = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
        found.config.update(headers=headers)
        checks = found.config.checks
        # Whoever changes a row without naming a version is answered as RFC 6585 has it.
        checks.missing_required_header.expected_statuses = ["428"]
        # A list that is too long can make the whole body too large, which is told first.
        refused = checks.negative_data_rejection.expected_statuses
        checks.negative_data_rejection.expected_statuses = [*refused, "413"]
        yield found


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


@dataclass(frozen=True)
class Asked:
    """How much is asked: of how many operations, how often in each phase, and how many ways."""

    operations: int
    most: int
    ways: int


@pytest.fixture(
    params=[
        pytest.param(Asked(operations=30, most=10, ways=4), id="some"),
        pytest.param(
            Asked(operations=10_000, most=MOST, ways=WAYS), id="all", marks=pytest.mark.long
        ),
    ]
)
def asked(request: pytest.FixtureRequest) -> Asked:
    """Some of it, chosen by a seed, in `make test`; all of it in `make test-long`."""
    return request.param


@dataclass
class Told:
    """What was answered, and what of it was not as the description says."""

    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    phases: Counter[str] = field(default_factory=Counter)
    failures: dict[str, None] = field(default_factory=dict)

    @property
    def reached(self) -> set[str]:
        """The operations that did what they say at least once."""
        return {
            label for label, met in self.statuses.items() if any(200 <= one < 300 for one in met)
        }


def test_every_phase_holds_every_operation_to_the_description(
    schema: Any,
    ids: dict[str, UUID],
    asked: Asked,
    record_property: Any,
) -> None:
    told = Told()
    put_good_examples(schema.raw_schema, ids)
    operations = [result.ok() for result in schema.get_all_operations()]
    for operation in random.Random(SEED).sample(operations, min(asked.operations, len(operations))):
        hold(operation, ids, asked.most, told)

    record_property("schemathesis: operations with a 2xx", (len(told.reached), len(told.statuses)))
    record_property("schemathesis: calls by phase", dict(told.phases))
    assert not told.failures, "\n\n".join(told.failures)
    assert set(told.phases) == {"examples", "coverage", "fuzzing"}
    # A few of the sample may be among those whose good body is refused where it is made here.
    share = 0.95 if asked.operations >= len(operations) else 0.8
    assert len(told.reached) >= share * len(told.statuses), set(told.statuses) - told.reached


def hold(operation: Any, ids: dict[str, UUID], most: int, told: Told) -> None:
    """Ask one operation in each phase, as often as that, and note what it answers."""
    asked: Counter[str] = Counter()

    def ask(case: Any) -> None:
        phase = case.meta.phase.name.value
        asked[phase] += 1
        if asked[phase] > most:
            return
        told.phases[phase] += 1
        at_known_rows(case, ids)
        at_any_version(case)
        with undone():
            response = case.call()
            try:
                case.validate_response(response, excluded_checks=NOT_ASKED)
            except (Failure, FailureGroup) as failure:
                sent = f"{case.operation.label} {dict(case.headers or {})}"
                told.failures[f"{phase}: {sent}: {_words_of(failure)}"] = None
        told.statuses[operation.label][response.status_code] += 1

    config = HypothesisTestConfig(
        project=operation.schema.config,
        modes=list(HypothesisTestMode),
        seed=SEED,
        override=with_config_headers(operation.schema.config, operation=operation),
        settings=settings(max_examples=most, phases=[Phase.explicit, Phase.generate], **SETTINGS),
    )
    create_test(operation=operation, test_func=ask, config=config)()


def _words_of(failure: Any) -> str:
    each = failure.exceptions if isinstance(failure, FailureGroup) else [failure]
    return "\n".join(str(one) for one in each)[:3000]


def at_any_version(case: Any) -> None:
    """Let a good request name whichever version there is."""
    is_bad = case.meta.is_negative_at(ParameterLocation.HEADER)
    if "If-Match" in (case.headers or {}) and not is_bad:
        case.headers["If-Match"] = "*"


def put_good_examples(description: dict[str, Any], ids: dict[str, UUID]) -> None:
    """Put a good body into the description as the example of each operation that takes one."""
    for item in description["paths"].values():
        for operation in item.values():
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                name = FILE if kind == FILE else content["schema"]["$ref"].rpartition("/")[2]
                good = BODIES[name]
                good = good(ids) if callable(good) else good
                content["example"] = good.decode() if isinstance(good, bytes) else good


def test_no_way_through_the_links_breaks_anything(
    schema: Any, team: Team, scenario: Scenario, asked: Asked
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

        def validate_response(self, response: Any, case: Any, **kwargs: Any) -> None:
            kwargs.pop("additional_checks", None)
            case.validate_response(response, excluded_checks=NOT_ASKED, transport_kwargs=kwargs)

    Walk.run(settings=settings(max_examples=asked.ways, stateful_step_count=8, **SETTINGS))
