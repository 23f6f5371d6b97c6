"""The plan that is promised may itself be hidden from somebody: by name, by date, by whatever.

Everything that can be told of it is made, told to somebody, and hidden from them only then. Its
dates are those of a year that nothing else stands in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from lineo.accounts.actions import ScopeKind
from lineo.accounts.models import Role, User
from lineo.jobs.entry import run_waiting
from lineo.jobs.handle import JobHandle
from lineo.notices.jobs import mail_digest
from lineo.notices.models import Notice
from lineo.notices.watching import watch_date
from lineo.portfolio import services as portfolio
from lineo.talk.references.services import add_reference
from lineo.talk.services import add_comment
from lineo.talk.subjects import of_row
from planning.core.distributions import Fixed, Pert
from planning.core.plan import Driver, Impact, Risk, TaskKind
from planning.models import Promotion, Scenario
from planning.services import exports, history, merging, plans, promotions, tasks, updates
from planning.services.scenarios import branch_scenario, restore_scenario
from planning.work.services import relate_tasks, set_work
from simulations.adjusting.services import adjust_scenario
from simulations.comparing.services import start_comparison
from simulations.explaining.services import explain_movement
from simulations.ledger.services import give_commitment
from simulations.services import start_simulation
from tests.access.telling import SECRET, addresses, keep_from, telling
from tests.api.caller import Caller
from tests.api.surface import make_record, one_of_each
from tests.builders import Team, join, make_baseline, make_team
from tests.kept_rows import kept_rows, settle

pytestmark = pytest.mark.django_db

YEAR = 2071
TOLD = re.compile(rf"{SECRET} \w|\b{YEAR}-\d\d-\d\d|\b[A-Z][a-z]+ {YEAR}\b|\b{YEAR}\d{{4}}T")


@dataclass
class World:
    """One plan that is open, one that will be hidden, and who will not read it."""

    team: Team
    ours: Scenario
    secret: Scenario
    ids: dict[str, Any]
    theirs: dict[str, Any]
    watched: User

    def addresses(self) -> set[str]:
        found = addresses(self.ids) | addresses({**self.ids, **self.theirs})
        for task in [*self.ours.tasks.all(), *self.secret.tasks.all()]:
            found |= {f"/tasks/{task.pk}/", f"/api/v1/tasks/{task.pk}/"}
            found |= {f"/api/v1/tasks/{task.pk}/reasons/", f"/tasks/{task.pk}/talk/"}
        return found


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with kept_rows(django_db_blocker):
        team = make_team(role=Role.OWNER)
        with team.context():
            made = build(team)
            settle()
            yield made


@pytest.fixture
def world(db: None, kept: World) -> World:
    return kept


def build(team: Team) -> World:
    actor, watched = team.person, join(team)
    first = make_baseline(team, name="Foundry")
    plain = tasks.add_task(first, actor=actor, name="Open for all")
    tasks.edit_task(first, plain.key, actor=actor, estimate=Pert(480, 960, 2880))
    secret = branch_scenario(first, name=f"{SECRET} way", actor=actor)
    ours = branch_scenario(secret, name="Ours", actor=actor)
    merge_what_is_harmless(ours, secret, actor)
    fill(secret, actor)
    promotions.promote_scenario(ours, actor=actor, reason="It is ours.")
    ours.refresh_from_db()
    ids = one_of_each(ours, team)
    promotions.promote_scenario(secret, actor=actor, reason=f"{SECRET} is surer.")
    restore_scenario(ours, actor=actor)
    theirs = tell_of(team, secret, ours, watched)
    while run_waiting():
        pass
    secret.refresh_from_db()
    # What is asked for last is never done: a branch of the plan would stand for itself.
    name = f"{SECRET} buffers"
    asked = adjust_scenario(secret, name=name, percent=80, is_gathered=False, actor=watched)
    theirs["adjustments:adjustment_id"] = asked.pk
    assert Notice.objects.filter(person=watched).count() > 4
    keep_from(team, ScopeKind.SCENARIO, secret, person=watched)
    return World(team, ours, secret, ids, theirs, watched)


def merge_what_is_harmless(ours: Scenario, secret: Scenario, actor: User) -> None:
    """Let the history of the open plan tell where its tasks came from, in every way there is."""
    tasks.add_task(secret, actor=actor, name="Paint")
    secret.refresh_from_db()
    merging.merge_scenario(ours, secret, actor=actor)
    ours.refresh_from_db()
    history.undo(ours, actor=actor)
    history.redo(ours, actor=actor)
    glue = tasks.add_task(secret, actor=actor, name="Glue")
    secret.refresh_from_db()
    ours.refresh_from_db()
    merging.merge_scenario(ours, secret, actor=actor, chosen=[("task", glue.key)])
    ours.refresh_from_db()


def fill(secret: Scenario, actor: User) -> None:
    """Put into the plan what will be hidden with it."""
    plans.edit_settings(secret, actor=actor, start=datetime(YEAR, 1, 5, 8), name=f"{SECRET} plan")
    dig = tasks.add_task(secret, actor=actor, name=f"{SECRET} dig", duration_minutes=4800)
    tasks.edit_task(secret, dig.key, actor=actor, estimate=Pert(2400, 4800, 9600))
    tasks.add_task(
        secret,
        actor=actor,
        name=f"{SECRET} gate",
        kind=TaskKind.MILESTONE,
        duration_minutes=0,
        target=datetime(YEAR, 6, 1, 17),
    )
    risk = Risk("RX", f"{SECRET} rain", 0.3, (Impact(dig.key, Fixed(960)),))
    plans.save_entity(secret, risk, actor=actor)
    plans.save_entity(secret, Driver(f"{SECRET} crew", 0.5, (dig.key,)), actor=actor)
    secret.refresh_from_db()


def tell_of(team: Team, secret: Scenario, ours: Scenario, watched: User) -> dict[str, Any]:
    """Have everything said and computed of the plan, and return the ids of it."""
    actor, project = team.person, secret.project
    dig = secret.tasks.select_related("scenario__project").get(name=f"{SECRET} dig")
    gate = secret.tasks.get(name=f"{SECRET} gate")
    open_one = secret.tasks.select_related("scenario__project").get(name="Open for all")
    name = f"@{watched.email}"
    start_simulation(secret, actor=actor, iterations=200)
    run_waiting()
    secret.refresh_from_db()
    add_comment(of_row(secret), author=actor, body=f"{SECRET} is late, {name}")
    add_comment(of_row(dig), author=actor, body=f"{SECRET} is late, {name}")
    comment = add_comment(of_row(open_one), author=actor, body=f"All is well, {name}")
    paper = add_reference(
        of_row(dig), author=actor, url="https://example.org/", title=f"{SECRET} q"
    )
    set_work(dig, actor=actor, assignees=[watched], labels=["frost"])
    relate_tasks(open_one, dig, kind="duplicates", actor=actor)
    note = updates.post_update(project, author=actor, body=f"{SECRET} note", scenario=secret)
    updates.post_update(project, author=actor, body=f"{SECRET} note", task_key=dig.key)
    updates.post_update(project, author=actor, body="All is well.")
    decided = Promotion.objects.filter(scenario_id=secret.pk).first()
    add_comment(of_row(decided), author=actor, body=f"{SECRET} it is, {name}")
    day = date(YEAR, 3, 2)
    watch_date(project, actor=watched, day=day, threshold=0.7)
    watch = watch_date(project, actor=watched, day=day, threshold=0.7, scenario=secret)
    goal = portfolio.add_goal(
        project, actor=actor, name="In time", milestone=gate.key, by=datetime(2026, 6, 1, 17)
    )
    commitment = give_commitment(
        project, actor=actor, to_whom="Sponsor", due=date(2026, 6, 1), milestone_key=gate.key
    )
    records = [make_record(secret, 1), make_record(ours, 2)]
    compared = start_comparison(project, [ours, secret], actor=watched, iterations=200)
    simulation = start_simulation(secret, actor=watched, iterations=200)
    moved = explain_movement(project, *records, actor=actor)
    export = exports.start_export(secret, format_="csv", actor=watched)
    joint = portfolio.draw_jointly(actor=actor)
    return {
        "scenarios:scenario_id": secret.pk,
        "tasks:task_id": dig.pk,
        "comments:comment_id": comment.pk,
        "references:reference_id": paper.pk,
        "updates:update_id": note.pk,
        "promotions:promotion_id": decided.pk,
        "watches:watch_id": watch.pk,
        "goals:goal_id": goal.pk,
        "commitments:commitment_id": commitment.pk,
        "comparisons:comparison_id": compared.pk,
        "simulations:simulation_id": simulation.pk,
        "jobs:job_id": simulation.job_id,
        "movements:movement_id": moved.pk,
        "exports:export_id": export.pk,
        "joint-forecasts:joint_id": joint.pk,
    }


def test_nothing_is_told_of_a_promised_plan_that_is_hidden(world: World) -> None:
    found = world.addresses()

    assert len(telling(world.team.person, found, TOLD)) > 60
    assert telling(world.watched, found, TOLD) == {}


def test_no_mail_tells_of_it(world: World) -> None:
    handle = JobHandle(world.watched.pk, attempt=1, timeout_seconds=60)

    mail_digest(handle, person=str(world.watched.pk))

    assert [one for one in mail.outbox if TOLD.search(str(one.message()))] == []
    assert Notice.objects.filter(person=world.watched, by_mail=True, mailed_at=None).count() == 0


def test_nobody_copies_replaces_or_watches_what_they_may_not_read(world: World) -> None:
    caller, project = Caller(world.watched), world.ours.project_id
    watch = {"day": "2026-06-01", "threshold": 0.7}
    promise = {"to_whom": "Sponsor", "due": "2026-06-01"}
    rows = {"from": str(world.ours.pk), "name": "Both", "reason": "Why not?", "rows": None}

    answers = {
        "its promotion": caller.get(f"/scenarios/{world.ours.pk}/promote/"),
        "promote": caller.post(f"/api/v1/scenarios/{world.ours.pk}/promote/", {"reason": "Why"}),
        "promote rows": caller.post(f"/api/v1/projects/{project}/promote-rows/", rows),
        "watch": caller.post(f"/api/v1/projects/{project}/watches/", watch),
        "give": caller.post(f"/api/v1/projects/{project}/commitments/", promise),
    }

    assert {name: one.status_code for name, one in answers.items()} == dict.fromkeys(answers, 403)
    assert [name for name, one in answers.items() if TOLD.search(one.text)] == []
    with pytest.raises(PermissionDenied):
        branch_scenario(world.secret, name="Mine", actor=world.watched)
