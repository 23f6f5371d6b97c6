"""Finished work and its scores, and projects whose tasks took longer than was said."""

from datetime import datetime, timedelta

import numpy as np

from lineo.accounts.models import User
from lineo.jobs.entry import run_waiting
from planning.core.distributions import Uniform
from planning.core.plan import Plan
from planning.models import Scenario
from planning.services.commit import Meaning, commit
from planning.services.projects import baseline_of
from simulations.ledger import reading
from simulations.ledger.listening import ask_for_scores
from simulations.ledger.models import TaskScore
from simulations.ledger.selectors import Calibration, calibration_of
from tests.builders import Team, make_project
from tests.ledger.builders import DAY, simulate

BEGIN = datetime(2026, 1, 5, 8)


def score(plan: Scenario) -> None:
    ask_for_scores(plan.project_id)
    run_waiting()


def score_of(name: str) -> TaskScore:
    return TaskScore.objects.get(task_name=name)


def key_of(plan: Scenario, name: str) -> str:
    return plan.tasks.get(name=name).key


TASKS = 60


def worked(team: Team, actor: User, factor: float, name: str = "Foundry") -> Scenario:
    """Return a project whose tasks took ``factor`` times as far from 6 days as was said."""
    from dataclasses import replace

    from planning.core.plan import Task

    scenario = baseline_of(make_project(team, name=name))
    keys = [f"T{number}" for number in range(TASKS)]

    def planned(before: Plan) -> Plan:
        rows = tuple(
            Task(key, key, duration_minutes=6 * DAY, estimate=Uniform(4 * DAY, 8 * DAY))
            for key in [*keys, "open"]
        )
        return replace(before, tasks=rows)

    def done(before: Plan) -> Plan:
        # Every quantile once: calibrated but for the factor, without any chance.
        took = 6 * DAY + factor * ((np.arange(TASKS) + 0.5) / TASKS * 4 - 2) * DAY
        return replace(
            before,
            project=replace(before.project, data_date=datetime(2026, 3, 2, 17)),
            tasks=tuple(
                replace(
                    task,
                    actual_start=BEGIN,
                    actual_finish=at(took[number]) if number < TASKS else None,
                    percent_complete=100 if number < TASKS else 0,
                ) if task.key != "open" else task
                for number, task in enumerate(before.tasks)
            ),
        )  # fmt: skip

    commit(scenario, meaning=Meaning(actor, "import-plan", "Planned"), change=planned)
    simulate(scenario, team)
    commit(scenario, meaning=Meaning(team.person, "edit-tasks", "Done"), change=done)
    score(scenario)
    return Scenario.objects.select_related("project").get(pk=scenario.pk)


def at(minutes: float) -> datetime:
    """Return so many working minutes after the beginning, on a calendar of 8 to 12 and 13 to 17."""
    days, rest = divmod(int(minutes), DAY)
    weeks, weekday = divmod(days, 5)
    return BEGIN + timedelta(days=7 * weeks + weekday, minutes=rest + (60 if rest > 240 else 0))


def calibrated(scenario: Scenario, team: Team) -> Calibration:
    entries = reading.entries(scenario.project)
    return calibration_of(scenario.project, team.membership, entries)
