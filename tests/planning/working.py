"""People, cycles and the work beside the plan, as the tests of work need them."""

import datetime as dt

from planning.work import facts, services
from tests.builders import join


def named(team, name):
    person = join(team)
    person.name = name
    person.save()
    return person


def make_cycle(scenario, team, name="Spring"):
    days = {"first_day": dt.date(2026, 1, 5), "last_day": dt.date(2026, 1, 16)}
    return services.create_cycle(scenario.project, name=name, actor=team.person, **days)


def work_of(task):
    return facts.work_of(task.scenario.project_id, task.key)
