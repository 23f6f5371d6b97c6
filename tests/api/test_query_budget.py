"""No call of the API asks the database more often when there is more to show.

Everything counts that goes to the database. The session, the person, the transaction and the
walls around it take 8 of the 12 that a call that reads may have.
"""

from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning import snapshot
from planning.interchange.planfile import plan_from_data
from planning.models import Scenario
from planning.services import plans
from tests.api.caller import Caller
from tests.api.surface import Operation, one_of_each, operations
from tests.api.test_surface import do, undone
from tests.builders import Team

READ_BUDGET = 12
READS = [each for each in operations() if each.method == "GET"]
# These may have to read so many whole plans, which a process remembers by revision; a merge reads
# what both sides come from, ours and theirs.
WHOLE_PLANS = {
    "/unblocked/": 1,
    "/plan/": 1,
    "/health/": 1,
    "/reasons/": 1,
    "/diff/": 1,
    "/merge/": 3,
}
LOADING = 10
EDITS = {
    "PATCH /api/v1/tasks/{task_id}/": 14,
    "POST /api/v1/scenarios/{scenario_id}/tasks/": 22,
}
"""How often each may ask; what stands around each call takes 8 of these, a new row its number."""


def plan_of(size: int) -> Any:
    """Return a plan with ``size`` tasks, links, calendars, risks and drivers."""
    keys = [f"T{number}" for number in range(size)]
    law = {"distribution": "uniform", "low": "1d", "high": "3d"}
    return plan_from_data(
        {
            "lineo": 1,
            "project": {"name": "Shed", "start": "2026-01-05"},
            "calendars": [
                {"id": "standard", "week": {"mon": ["08:00-16:00"]}},
                *({"id": f"C{key}", "parent": "standard"} for key in keys),
            ],
            "tasks": [{"id": key, "calendar": f"C{key}", "estimate": "1..2..4d"} for key in keys],
            "dependencies": [{"from": before, "to": after} for before, after in pairwise(keys)],
            "risks": [
                {"id": f"R{key}", "probability": 0.1, "impacts": [{"task": key, "estimate": law}]}
                for key in keys
            ],
            "drivers": [{"name": f"D{key}", "tasks": [key]} for key in keys],
        }
    )


def fill(scenario: Scenario, team: Team, size: int) -> dict[str, Any]:
    plans.replace_plan(scenario, plan_of(size), actor=team.person, summary="Filled")
    scenario.refresh_from_db()
    return one_of_each(scenario, team)


def count(caller: Caller, operation: Operation, ids: dict[str, Any]) -> int:
    with undone(), CaptureQueriesContext(connection) as asked:
        response = do(caller, operation, ids, if_match="*")
        assert response.status_code < 300, response.content
    return len(asked)


@pytest.fixture(params=[5, 500])
def size(request: pytest.FixtureRequest) -> int:
    return request.param


def test_a_call_that_reads_keeps_to_its_budget(
    caller: Caller, team: Team, scenario: Scenario, size: int, subtests: pytest.Subtests
) -> None:
    ids = fill(scenario, team, size)

    for operation in READS:
        with subtests.test(str(operation)):
            snapshot.recent.clear()
            plans = sum(n for tail, n in WHOLE_PLANS.items() if operation.path.endswith(tail))
            assert count(caller, operation, ids) <= READ_BUDGET + LOADING * plans


def test_an_edit_asks_as_often_in_a_large_plan_as_in_a_small_one(
    caller: Caller, team: Team, scenario: Scenario
) -> None:
    edits = [each for each in operations() if str(each) in EDITS]
    few = fill(scenario, team, 5)
    small = {str(each): count(caller, each, few) for each in edits}

    many = fill(scenario, team, 500)
    large = {str(each): count(caller, each, many) for each in edits}

    assert len(edits) == 2
    assert small == large
    for operation, most in EDITS.items():
        assert small[operation] <= most, operation
