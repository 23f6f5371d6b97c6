"""What tests of branches say again and again."""

from typing import Any

from planning import snapshot
from planning.core.plan import Plan
from planning.models import Scenario, Task
from planning.services import tasks
from tests.builders import Team

DIG = "task:duration:"


def fresh(scenario: Scenario) -> Scenario:
    return Scenario.objects.select_related("project").get(pk=scenario.pk)


def edit(scenario: Scenario, team: Team, name: str, **fields: Any) -> None:
    key = scenario.tasks.get(name=name).key
    tasks.edit_task(fresh(scenario), key, actor=team.person, **fields)


def days(scenario: Scenario) -> dict[str, float]:
    rows = Task.objects.filter(scenario=scenario).values_list("name", "duration_minutes")
    return {name: minutes / 480 for name, minutes in rows}


def conflict_id(scenario: Scenario) -> str:
    return DIG + scenario.tasks.get(name="Dig").key


def plan_of(scenario: Scenario) -> Plan:
    return snapshot.plan_of(fresh(scenario))


def rows_of(scenario: Scenario) -> list[dict[str, Any]]:
    rows = Task.objects.filter(scenario=scenario).order_by("pk").values()
    return [{name: value for name, value in row.items() if name != "version"} for row in rows]
