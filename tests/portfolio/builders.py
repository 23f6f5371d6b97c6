"""Links between projects, made as people make them."""

from planning.models import Scenario, Task
from planning.services import tasks
from planning.typed import cells
from tests.builders import Team


def make_task(scenario: Scenario, name: str, *, team: Team, days: float = 1, **fields) -> Task:
    return tasks.add_task(
        scenario, actor=team.person, name=name, duration_minutes=round(days * 480), **fields
    )


def wait_for(task: Task, text: str, *, team: Team) -> Task:
    """Let a task wait for what a person types, such as ``ROAD-1FS+2d``."""
    task.scenario.refresh_from_db()
    cells.edit_cell(task, "predecessors", text, actor=team.person)
    return Task.objects.select_related("scenario__project").get(pk=task.pk)


def fresh(task: Task) -> Task:
    return Task.objects.select_related("scenario__project").get(pk=task.pk)
