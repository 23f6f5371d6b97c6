"""What tests of branches say again and again."""

from typing import Any

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
