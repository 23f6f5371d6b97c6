"""What makes the demo a portfolio: one project waits for the other, and both have a goal."""

from datetime import datetime, time, timedelta

from lineo.accounts.models import User
from lineo.portfolio import services
from planning.core.plan import ExternalLink
from planning.models import Project, Scenario
from planning.services import projects, tasks


def connect(person: User) -> None:
    """Let the building's manuals wait for the release that they speak of, and set goals."""
    release, house = (Project.objects.get(code=code) for code in ("ATLAS", "HARB"))
    manuals = ExternalLink(str(release.pk), "L6")
    tasks.edit_task(projects.baseline_of(house), "Z3", actor=person, external_links=(manuals,))
    for project, milestone, name, wanted, days in (
        (release, "L6", "Release that the campaign announces", 0.8, 7),
        (house, "Z4", "Keys to the tenants", 0.7, 21),
    ):
        services.add_goal(
            project,
            actor=person,
            name=name,
            milestone=milestone,
            by=_after(projects.baseline_of(project), days),
            wanted=wanted,
            owner=person,
        )
    services.draw_jointly(actor=person)


def _after(scenario: Scenario, days: int) -> datetime:
    """Return the end of work so many days after a scenario's planned finish."""
    finish = scenario.scheduled_finish
    assert finish is not None
    return datetime.combine(finish.date() + timedelta(days=days), time(17))
