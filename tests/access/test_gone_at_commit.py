"""What a new row belongs to may be deleted while the row is being written."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from lineo.accounts.models import Role
from lineo.accounts.tenancy import workspace_context
from planning.models import TaskWork
from planning.work.services import create_cycle
from tests.api.caller import Caller, error_of
from tests.builders import make_baseline, make_chain, make_team


@pytest.mark.django_db(transaction=True)
def test_what_a_new_row_belongs_to_may_be_gone_at_the_commit() -> None:
    team = make_team(role=Role.OWNER)
    with team.context():
        [task] = make_chain(make_baseline(team), "Dig", team=team)
        cycle = create_cycle(
            task.scenario.project,
            name="Spring",
            first_day=date(2026, 1, 5),
            last_day=date(2026, 1, 16),
            actor=team.person,
        )

    def forget_cycle(execute: Any, sql: str, *rest: Any) -> Any:
        done = execute(sql, *rest)
        if sql.startswith('UPDATE "planning_taskwork"') and '"cycle_id"' in sql:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM planning_cycle")
        return done

    with connection.execute_wrapper(forget_cycle):
        answer = Caller(team.person).patch(
            f"/api/v1/tasks/{task.pk}/teamwork/", {"cycle": str(cycle.pk)}, if_match="*"
        )

    assert answer.status_code == 404
    assert error_of(answer)["code"] == "not_found"
    with workspace_context(team.workspace, team.person):
        assert not TaskWork.objects.exclude(cycle=None).exists()
