"""Everything that changes something leaves one record: who did what to what.

Generated from the description of the API, so that a new operation is asked too.
"""

from typing import Any

import pytest

from lineo.accounts.models import Role
from lineo.activity.models import AuditEntry, Change
from planning.models import Scenario
from planning.services.scenarios import branch_scenario
from tests.api.caller import Caller
from tests.api.surface import Operation, one_of_each
from tests.api.test_surface import REFUSED, WRITES, do, prepare, undone
from tests.builders import Team, make_baseline, make_team

# What changes nothing that anyone else could see, with the reason why.
UNRECORDED = {
    "POST /api/v1/scenarios/{scenario_id}/preview/": "nothing is written",
    "POST /api/v1/scenarios/{scenario_id}/merge/preview/": "nothing is written",
    "POST /api/v1/scenarios/{scenario_id}/merge/forecast/": "an answer for who asks, kept nowhere",
    "POST /api/v1/auth/token/refresh/": "a sign-in that was recorded goes on",
    "POST /api/v1/scenarios/{scenario_id}/presence/": "nothing is written that lasts",
    "POST /api/v1/notices/{notice_id}/": "one's own notices, which nobody else sees",
    "POST /api/v1/notices/read/": "one's own notices, which nobody else sees",
    "PATCH /api/v1/notices/settings/": "which notices one gets oneself",
    "POST /api/v1/projects/{project_id}/watches/": "which notices one gets oneself",
    "DELETE /api/v1/watches/{watch_id}/": "which notices one gets oneself",
}
# Several intentions in one, each recorded as what it is.
SEVERAL = {
    "POST /api/v1/projects/{project_id}/promote-rows/": 3,  # a branch, a merge, a promotion
}


@pytest.fixture
def team(db: None) -> Any:
    team = make_team(role=Role.OWNER)
    with team.context():
        yield team


@pytest.fixture
def ids(team: Team) -> dict[str, Any]:
    return one_of_each(make_baseline(team), team)


def records() -> set[Any]:
    rows = [*Change.objects.all(), *AuditEntry.objects.all()]
    return {(type(row), row.pk, row.actor_id, bool(row.request_id)) for row in rows}


def test_every_operation_is_recorded_once(
    team: Team, ids: dict[str, Any], subtests: pytest.Subtests
) -> None:
    caller = Caller(team.person)
    for operation in WRITES:
        with subtests.test(str(operation)), undone():
            prepare(caller, operation, ids)
            before = records()

            response = do(caller, operation, ids, if_match="*")

            made = records() - before
            assert len(made) == expected(operation, response.status_code), made
            assert all(row[2:] == (team.person.pk, True) for row in made)


def test_what_the_first_row_refuses_is_recorded_for_another(
    team: Team, ids: dict[str, Any], subtests: pytest.Subtests
) -> None:
    caller = Caller(team.person)
    source = Scenario.objects.get(pk=ids["scenarios:scenario_id"])
    branch = branch_scenario(source, name="Never promised", actor=team.person)
    others = {**ids, "scenarios:scenario_id": branch.pk}
    for operation in WRITES:
        if str(operation) in REFUSED and operation.kind == "scenarios":
            with subtests.test(str(operation)), undone():
                if operation.path.endswith("/restore-baseline/"):
                    others["scenarios:scenario_id"] = ids["others:scenario_id"]
                before = records()

                response = do(caller, operation, others, if_match="*")

                assert response.status_code in (200, 201, 204), response.content
                assert len(records() - before) == 1


def expected(operation: Operation, status: int) -> int:
    if status >= 400 or str(operation) in UNRECORDED:
        return 0
    return SEVERAL.get(str(operation), 1)
