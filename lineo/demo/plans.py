"""The demo's two projects: plans that live around the day on which they are made."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from importlib.resources import files

from lineo.accounts.models import User
from planning.core import editing
from planning.core.distributions import Pert
from planning.core.plan import Dependency, Plan, Task
from planning.core.schedule import schedule
from planning.core.shifting import shift
from planning.interchange.planfile import plan_from_json
from planning.models import Project, Scenario
from planning.models.project import ProjectStatus, ProjectType
from planning.services import projects, scenarios, tasks
from planning.services.commit import Intention, Meaning, commit
from planning.services.promotions import with_promises

# What was thought of these tasks at first, in days; the plan's file holds what is known now.
_GUESSES = {"B2": (9, 12, 18), "W4": (6, 9, 14)}


def add_release(person: User, today: date) -> Project:
    """A release, not begun, with two ways to make it surer."""
    plan = _around(_read("software-release.json"), today + timedelta(days=10))
    # Both projects are reported as of today, so that they can be drawn in the same futures.
    reported = replace(plan.project, data_date=datetime.combine(today, time(8)))
    plan = replace(plan, project=reported)
    project = projects.create_project_from_plan(
        plan=_first_guess(plan),
        name="Atlas 2.0 release",
        code="ATLAS",
        actor=person,
        type=ProjectType.SOFTWARE,
        status=ProjectStatus.ACTIVE,
    )
    baseline = projects.baseline_of(project)
    for key in _GUESSES:
        known = plan.task(key)
        tasks.edit_task(
            baseline,
            key,
            actor=person,
            estimate=known.estimate,
            duration_minutes=known.duration_minutes,
        )
    baseline.refresh_from_db()
    _branch(
        baseline,
        person,
        "Without offline mode",
        "The app needs a connection; offline work comes with 2.1.",
        _without_offline,
    )
    _branch(
        baseline,
        person,
        "Second backend team",
        "Ten days to begin with, then the backend goes faster.",
        _second_team,
    )
    return project


def _first_guess(plan: Plan) -> Plan:
    """Return the plan as it was before anybody had looked into its hardest tasks."""
    day = plan.project.minutes_per_day
    for key, (low, mode, high) in _GUESSES.items():
        estimate = Pert(low * day, mode * day, high * day)
        plan = editing.replace_task(plan, key, estimate=estimate, duration_minutes=mode * day)
    return plan


def add_house(person: User, today: date) -> Project:
    """A building half way up, with weather, a factory and a data date.

    It is entered as it was promised and reported on after, so that how long work
    took and when it ended stand beside what had been said of it.
    """
    plan = _around(_read("building.json"), today)
    begun = _before_work(plan)
    promised = schedule(begun)
    project = projects.create_project_from_plan(
        plan=with_promises(begun, promised),
        name="Harbour House",
        code="HARB",
        actor=person,
        type=ProjectType.CONSTRUCTION,
        status=ProjectStatus.ACTIVE,
    )
    commit(
        projects.baseline_of(project),
        meaning=Meaning(person, "edit-tasks", "Reported the work up to level 3"),
        change=lambda _begun: with_promises(plan, promised),
    )
    return project


def _before_work(plan: Plan) -> Plan:
    """Return the plan as it was before anything had begun."""
    ahead = tuple(
        replace(task, actual_start=None, actual_finish=None, percent_complete=0)
        for task in plan.tasks
    )
    return replace(plan, project=replace(plan.project, data_date=None), tasks=ahead)


def _read(name: str) -> Plan:
    return plan_from_json((files("lineo.demo") / name).read_text())


def _around(plan: Plan, day: date) -> Plan:
    """Return the plan moved by whole weeks so that its data date, else its start, is at ``day``."""
    anchor = (plan.project.data_date or plan.project.start).date()
    return shift(plan, (day - anchor).days // 7)


def _branch(source: Scenario, person: User, name: str, description: str, change: Intention) -> None:
    branch = scenarios.branch_scenario(source, name=name, actor=person, description=description)
    meaning = Meaning(person, "edit-tasks", name)
    commit(branch, meaning=meaning, change=change)


def _without_offline(plan: Plan) -> Plan:
    return editing.remove_tasks(plan, ["W4"])


def _second_team(plan: Plan) -> Plan:
    """New people need a fortnight, and then the backend goes faster."""
    day = plan.project.minutes_per_day
    joining = Task("B0", "Bring the second team up to speed", "S3", duration_minutes=10 * day)
    joining = replace(joining, estimate=Pert(8 * day, 10 * day, 16 * day))
    plan = editing.insert_task(plan, joining, after="B1")
    plan = editing.add_dependency(plan, Dependency("D4", "B0"))
    for key, low, mode, high in (("B3", 5, 8, 15), ("B4", 4, 6, 10), ("B5", 3, 4, 8)):
        estimate = Pert(low * day, mode * day, high * day)
        plan = editing.replace_task(plan, key, estimate=estimate, duration_minutes=mode * day)
    return plan
