"""The demo's people, and what they have said, promised and divided among themselves so far."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from lineo.accounts.ids import uuid7
from lineo.accounts.models import Membership, Role, User
from lineo.notices.watching import watch_date
from lineo.portfolio import services as portfolio
from lineo.talk.references.services import add_reference
from lineo.talk.services import add_comment
from lineo.talk.subjects import of_row
from planning.core.plan import ExternalLink
from planning.models import Project, Scenario, Task
from planning.models.work import Priority
from planning.services import updates
from planning.services.projects import baseline_of
from planning.services.tasks import edit_task
from planning.work.services import create_cycle, set_work
from simulations.ledger.services import give_commitment


def tell(release: Project, house: Project, dana: User) -> None:
    """Tell both projects' stories up to today."""
    priya, tom = _join("Priya Raman"), _join("Tom Weaver")
    _connect(release, house, dana)
    _divide(release, dana, priya, tom)
    _talk_about(release, dana, priya, tom)
    _promise(release, dana, "Board", "Announced in the autumn letter.")
    _promise(house, dana, "Tenants", "In every lease; six weeks’ notice.")
    _report(house, dana, priya)


def _connect(release: Project, house: Project, dana: User) -> None:
    """Let the building's manuals wait for the release that they speak of, and set goals."""
    manuals = ExternalLink(str(release.pk), "L6")
    edit_task(baseline_of(house), "Z3", actor=dana, external_links=(manuals,))
    for project, milestone, name, wanted, days in (
        (release, "L6", "Release that the campaign announces", 0.8, 7),
        (house, "Z4", "Keys to the tenants", 0.7, 21),
    ):
        portfolio.add_goal(
            project,
            actor=dana,
            name=name,
            milestone=milestone,
            by=_after(baseline_of(project), days),
            wanted=wanted,
            owner=dana,
        )
    portfolio.draw_jointly(actor=dana)


def _after(scenario: Scenario, days: int) -> datetime:
    """Return the end of work so many days after a scenario's planned finish."""
    finish = scenario.scheduled_finish
    assert finish is not None
    return datetime.combine(finish.date() + timedelta(days=days), time(17))


def _join(name: str) -> User:
    """Make a colleague, who has no password and so never signs in."""
    address = f"{name.lower().replace(' ', '.')}@lineo.example"
    person = User.objects.create_user(address, name=name, id=uuid7())
    Membership.objects.create(person=person, role=Role.MEMBER)
    return person


def _divide(project: Project, dana: User, priya: User, tom: User) -> None:
    """Say who does what, how urgently, and what the first two weeks are for."""
    first = baseline_of(project)
    day = first.start.date()
    cycle = create_cycle(
        project,
        name="Discovery sprint",
        first_day=day,
        last_day=day + timedelta(days=11),
        actor=dana,
    )
    for keys, people, facts in (
        ("D1 D2 D3", [dana], {"cycle": cycle, "priority": Priority.HIGH}),
        ("E1 E2 E3", [priya, dana], {"labels": ["design"]}),
        ("B1 B2", [priya], {"labels": ["backend"], "priority": Priority.URGENT}),
        ("B3 B4 B5", [priya], {"labels": ["backend"]}),
        ("W1 W2 W3", [tom], {"labels": ["app"]}),
        ("W4", [tom], {"labels": ["app", "could wait"], "priority": Priority.LOW}),
    ):
        for task in _tasks(first, keys.split()):
            set_work(task, actor=dana, assignees=people, **facts)


def _talk_about(project: Project, dana: User, priya: User, tom: User) -> None:
    """Say why the ranges are what they are, and what they rest on."""
    plan = baseline_of(project)
    (offline,) = _tasks(plan, ["W4"])
    asked = add_comment(
        of_row(offline),
        author=tom,
        body="The spike is done: **conflicts need a screen of their own**. I widened the range to "
        "30 days, and I would not promise less.",
    )
    add_comment(
        of_row(offline),
        author=dana,
        parent=asked,
        body="Thank you, @Tom Weaver. I branched “Without offline mode” to see what it costs us.",
    )
    without = Scenario.objects.get(project=project, name="Without offline mode")
    add_comment(
        of_row(without),
        author=priya,
        body="Support hears of it twice a month. I could live without it until 2.1.",
    )
    (adapter,) = _tasks(plan, ["B1"])
    add_reference(
        of_row(adapter),
        author=priya,
        title="Notice of the provider: interface 3 in spring",
        source="Payment provider, partner bulletin",
        credibility="high",
        tags=["interface", "risk"],
        body="Version 2 stays for a year. Who begins now should build for version 3.",
    )
    watch_date(project, actor=dana, day=plan.target, threshold=0.5)


def _promise(project: Project, dana: User, to_whom: str, note: str) -> None:
    give_commitment(
        project, actor=dana, to_whom=to_whom, due=baseline_of(project).target, note=note
    )


def _report(project: Project, dana: User, priya: User) -> None:
    """Say how the building stands, and where it hurts."""
    updates.post_update(
        project,
        author=dana,
        title="Level 3 is closing",
        body="Frame on level 3 is under way, two weeks behind the programme of May: the pile tests "
        "took longer. The curtain wall is what to watch now; its drawings are not approved yet.",
    )
    (drawings,) = _tasks(baseline_of(project), ["X5"])
    add_comment(
        of_row(drawings),
        author=priya,
        body="Two rounds so far. The maker keeps our slot until the end of the month, @Dana Demo.",
    )


def _tasks(scenario: Scenario, keys: Iterable[str]) -> list[Task]:
    found = {task.key: task for task in scenario.tasks.select_related("scenario__project")}
    return [found[key] for key in keys]
