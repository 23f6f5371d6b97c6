"""A plan to promise from: two tasks with ranges, and a milestone at their end."""

from datetime import date, datetime
from typing import Any

from lineo.jobs.entry import run_waiting
from planning.core.distributions import Pert, Uniform
from planning.core.plan import Dependency, TaskKind
from planning.models import Scenario, Task
from planning.services import plans, tasks
from simulations import services
from tests.builders import Team, make_chain

DAY = 480


def make_plan(scenario: Scenario, team: Team) -> Task:
    """Dig, then Pour, then the milestone Opened, which is returned."""
    rows = make_chain(scenario, "Dig", "Pour", team=team)
    for row in rows:
        tasks.edit_task(
            scenario, row.key, actor=team.person, estimate=Pert(3 * DAY, 5 * DAY, 10 * DAY)
        )
    opened = tasks.add_task(
        scenario, actor=team.person, name="Opened", kind=TaskKind.MILESTONE, duration_minutes=0
    )
    tasks.add_dependency(scenario, Dependency(rows[-1].key, opened.key), actor=team.person)
    return opened


def simulate(scenario: Scenario, team: Team, iterations: int = 2000) -> Scenario:
    services.start_simulation(scenario, actor=team.person, iterations=iterations)
    run_waiting()
    return Scenario.objects.select_related("project").get(pk=scenario.pk)


def finish(scenario: Scenario, team: Team, name: str, start: datetime, end: datetime) -> None:
    """Report that a task is done."""
    key = scenario.tasks.get(name=name).key
    tasks.edit_task(
        scenario,
        key,
        actor=team.person,
        actual_start=start,
        actual_finish=end,
        percent_complete=100.0,
    )


def report_until(scenario: Scenario, team: Team, day: date) -> None:
    """Move the data date on."""
    moment = datetime.combine(day, datetime.min.time()).replace(hour=17)
    plans.edit_settings(scenario, actor=team.person, data_date=moment)


def estimate(scenario: Scenario, team: Team, name: str, low: int, high: int, **who: Any) -> None:
    """Let somebody say that a task takes between so many days."""
    key = scenario.tasks.get(name=name).key
    actor = who.get("actor", team.person)
    tasks.edit_task(scenario, key, actor=actor, estimate=Uniform(low * DAY, high * DAY))
