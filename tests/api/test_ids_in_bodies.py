"""An id of another workspace, put into any field that takes one, is an id of nothing.

Generated from the shapes: a new field that takes an id is tried without being named here.
"""

from typing import Any
from uuid import UUID

import pytest

from lineo.accounts.models import Role
from lineo.activity.models import AuditEntry, Change
from planning.models import Scenario
from tests.api.bodies import BODIES
from tests.api.caller import Caller, error_of
from tests.api.fields import id_fields, with_value
from tests.api.surface import nobodys, one_of_each, operations
from tests.api.test_surface import undone
from tests.builders import Team, make_baseline, make_team

TAKES_IDS = [
    (operation, path)
    for operation in operations()
    if operation.body and not operation.takes_file
    for path in id_fields(operation.body)
]
# A file may name a project of elsewhere: it is kept as text, and dates nothing.
PLANS = {"PlanFile", "ScenarioNew", "ProjectNew"}
# Who looks where is told to those who look there; a row of nothing is seen by nobody.
PRESENCE = "POST /api/v1/scenarios/{scenario_id}/presence/"


@pytest.fixture
def foreign(db: None) -> dict[str, Any]:
    team = make_team("Theirs", Role.OWNER)
    with team.context():
        made = one_of_each(make_baseline(team), team)
    return {name: pk for name, pk in made.items() if isinstance(pk, UUID)}


def said(response: Any, sent: Any) -> tuple[int, str]:
    """Return what is answered, but for the id that was sent and what was made."""
    if response.status_code < 300:
        return response.status_code, ""
    error = error_of(response)
    told = str([error["message"], error["details"]])
    return response.status_code, told.replace(str(sent), "…")


def test_there_are_such_fields() -> None:
    assert len({operation.body for operation, _ in TAKES_IDS}) > 10


def test_a_foreign_id_answers_as_one_of_nothing_and_nothing_is_written(
    foreign: dict[str, Any],
    caller: Caller,
    team: Team,
    scenario: Scenario,
    subtests: pytest.Subtests,
) -> None:
    ids = one_of_each(scenario, team)
    unknown = next(iter(nobodys(ids).values()))
    for operation, path in TAKES_IDS:
        good = BODIES[operation.body or ""]
        good = good(ids) if callable(good) else good

        def send(value: Any, operation: Any = operation, path: Any = path, good: Any = good) -> Any:
            body = with_value(operation.body, good, path, str(value))
            with undone():
                written = Change.objects.count() + AuditEntry.objects.count()
                response = caller.send(operation.method, operation.at(ids), body, if_match="*")
                more = Change.objects.count() + AuditEntry.objects.count() - written
            return response, more

        with subtests.test(f"{operation}: {path}"):
            missing, made = send(unknown)
            if str(operation) == PRESENCE:
                assert missing.status_code < 500
                continue
            # A baseline that is another by now is a race that was lost.
            is_refused = missing.status_code in {404, 412, 422}
            assert is_refused or operation.body in PLANS, missing.content
            for name, pk in foreign.items():
                theirs, more = send(pk)

                assert said(theirs, pk) == said(missing, unknown), name
                assert more == made == (0 if is_refused else 1)
