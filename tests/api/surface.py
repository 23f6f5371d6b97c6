"""The whole surface of the API, read from its own description."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from lineo.accounts import passes
from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.ids import uuid7
from lineo.accounts.invitations import invite
from lineo.accounts.models import Membership, Role
from lineo.accounts.places import Place
from lineo.accounts.rule_services import add_rule
from lineo.accounts.tokens import create_token
from lineo.activity.models import Change
from lineo.api.docs import description
from lineo.notices.models import NoticeKind
from lineo.notices.services import notify
from lineo.notices.watching import watch_date
from lineo.portfolio import services as portfolio
from lineo.talk.references.services import add_reference
from lineo.talk.services import add_comment
from lineo.talk.subjects import of_row
from lineo.webhooks.models import Delivery
from lineo.webhooks.services import add_webhook
from planning.core.distributions import Fixed
from planning.core.plan import Correlation, Driver, Impact, Risk
from planning.models import Calendar, Dependency, ForecastRecord, Label, Scenario
from planning.models import Correlation as CorrelationRow
from planning.models import Driver as DriverRow
from planning.models import Risk as RiskRow
from planning.pages.merging import Choice
from planning.services import exports, plans, promotions, scenarios, tasks, updates
from planning.work.services import create_cycle, relate_tasks, set_work
from simulations.adjusting.services import adjust_scenario
from simulations.comparing.services import forecast_merge, start_comparison
from simulations.explaining.services import explain_movement
from simulations.ledger.services import give_commitment
from simulations.services import start_simulation
from tests.builders import Team, join, make_chain

FILE = "application/octet-stream"
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One method on one address."""

    method: str
    path: str
    body: str | None
    is_guarded: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def at(self, ids: dict[str, UUID]) -> str:
        """Return the address with these ids in it."""
        return re.sub(r"\{(\w+)\}", lambda name: str(ids[f"{self.kind}:{name[1]}"]), self.path)

    @property
    def kind(self) -> str:
        return self.path.split("/")[3]

    @property
    def takes_file(self) -> bool:
        return self.body == FILE

    @property
    def has_id(self) -> bool:
        return "{" in self.path


def operations() -> list[Operation]:
    """Return every operation that the description names."""
    return [
        Operation(method.upper(), path, _body(details), _is_guarded(details))
        for path, item in description()["paths"].items()
        for method, details in item.items()
        if method in METHODS
    ]


def one_of_each(scenario: Scenario, team: Team) -> dict[str, UUID]:
    """Make one row of each kind and return their ids by kind and parameter."""
    *_, dig, pour = make_chain(scenario, "Dig", "Pour", team=team)
    tasks.add_task(scenario, actor=team.person, name="Cure")
    risk = Risk("R1", "Rain", 0.3, (Impact(dig.key, Fixed(480)),))
    plans.save_entity(scenario, risk, actor=team.person)
    plans.save_entity(scenario, Driver("Crew", 0.5, (dig.key,)), actor=team.person)
    pair = Correlation(dig.key, pour.key, 0.3)
    plans.save_entity(scenario, pair, actor=team.person)
    update = updates.post_update(scenario.project, author=team.person, body="We began.")
    later = scenarios.branch_scenario(
        scenario, name=f"Promised at {scenario.revision}", actor=team.person
    )
    promotions.promote_scenario(later, actor=team.person, reason="To try it.")
    decided = promotions.restore_baseline(scenario, actor=team.person, reason="And back.")
    scenario.refresh_from_db()
    comment = add_comment(of_row(dig), author=team.person, body="Is it deep enough?")
    paper = "quote.txt", BytesIO(b"Five days, if it is dry.")
    reference = add_reference(of_row(dig), author=team.person, upload=paper)
    set_work(dig, actor=team.person, assignees=[team.person], labels=["permit"])
    days = {"first_day": date(2026, 1, 5), "last_day": date(2026, 1, 16)}
    cycle = create_cycle(scenario.project, name=f"Spring {later.pk}", actor=team.person, **days)
    relation = relate_tasks(dig, pour, kind="duplicates", actor=team.person)
    [notice] = notify(
        [team.person.pk], NoticeKind.MENTION, title="Somebody named you", url="/projects/"
    )
    day = date(2026, 6, 1)
    watch = watch_date(scenario.project, actor=team.person, day=day, threshold=0.7)
    comparison = start_comparison(scenario.project, [scenario, later], actor=team.person)
    simulation = start_simulation(scenario, actor=team.person)
    commitment = give_commitment(
        scenario.project, actor=team.person, to_whom="Sponsor", due=date(2026, 6, 1)
    )
    first, second = [make_record(scenario, day) for day in (1, 2)]
    movement = explain_movement(scenario.project, first, second, actor=team.person)
    adjustment = adjust_scenario(
        scenario, name="Surer", percent=80, is_gathered=False, actor=team.person
    )
    tried = forecast_merge(scenario, later, Choice(), actor=team.person)
    export = exports.start_export(scenario, format_="csv", actor=team.person)
    exports.write_export(export)
    branch = scenarios.branch_scenario(
        scenario, name=f"Tried at {scenario.revision}", actor=team.person
    )
    goal = portfolio.add_goal(
        scenario.project, actor=team.person, name="Open", by=datetime(2026, 2, 27, 17)
    )
    joint = portfolio.draw_jointly(actor=team.person)
    return {
        "projects:project_id": scenario.project_id,
        "scenarios:scenario_id": scenario.pk,
        "tasks:task_id": dig.pk,
        "dependencies:dependency_id": Dependency.objects.filter(scenario=scenario).latest("pk").pk,
        "calendars:row_id": Calendar.objects.filter(scenario=scenario).latest("pk").pk,
        "risks:row_id": RiskRow.objects.filter(scenario=scenario).latest("pk").pk,
        "drivers:row_id": DriverRow.objects.filter(scenario=scenario).latest("pk").pk,
        "correlations:row_id": CorrelationRow.objects.filter(scenario=scenario).latest("pk").pk,
        "changes:change_id": Change.objects.filter(subject_id=scenario.pk).latest("revision").pk,
        "updates:update_id": update.pk,
        "promotions:promotion_id": decided.pk,
        "others:scenario_id": later.pk,
        "comments:comment_id": comment.pk,
        "notices:notice_id": notice.pk,
        "watches:watch_id": watch.pk,
        "people:person_id": team.person.pk,
        "cycles:cycle_id": cycle.pk,
        "labels:label_id": Label.objects.filter(project=scenario.project_id).latest("pk").pk,
        "relations:relation_id": relation.pk,
        "references:reference_id": reference.pk,
        "branches:scenario_id": branch.pk,
        "comparisons:comparison_id": comparison.pk,
        "commitments:commitment_id": commitment.pk,
        "forecasts:first": first.pk,
        "forecasts:second": second.pk,
        "movements:movement_id": movement.pk,
        "adjustments:adjustment_id": adjustment.pk,
        "merge-forecasts:job_id": tried.pk,
        "exports:export_id": export.pk,
        "goals:goal_id": goal.pk,
        "joint-forecasts:joint_id": joint.pk,
        "simulations:simulation_id": simulation.pk,
        "jobs:job_id": simulation.job_id,
        **_of_people(scenario, team),
        **_of_webhooks(team),
    }


def _of_webhooks(team: Team) -> dict[str, UUID]:
    """Make a webhook and a message that was given up; the team's own person need be no owner."""
    owner = Membership(workspace=team.workspace, person=team.person, role=Role.OWNER)
    webhook, _secret = add_webhook(
        url="https://example.com/hook", actor=owner, events=["report.made"]
    )
    told = Delivery.objects.create(webhook=webhook, action="report.made", state="given_up")
    return {"webhooks:webhook_id": webhook.pk, "deliveries:delivery_id": told.pk}


def _of_people(scenario: Scenario, team: Team) -> dict[str, Any]:
    """Make a member, a rule and a token; the team's own person need be no owner."""
    owner = Membership(workspace=team.workspace, person=team.person, role=Role.OWNER)
    member = Membership.objects.get(person=join(team))
    place = Place(ScopeKind.PROJECT, scenario.project_id, "")
    rule = add_rule(place, action=Action.PROMOTE, allows=False, member=member, actor=owner)
    minted = create_token(
        team.membership, name="A script", scopes=["read"], days=30, actor=team.membership
    )
    invitation = invite(
        email=f"{uuid7()}@example.org", role=Role.VIEWER, actor=owner, address="http://testserver/"
    )
    return {
        "auth:refresh": passes.issue(team.membership, team.person).refresh,
        "invitations:invitation_id": invitation.pk,
        "members:member_id": member.pk,
        "rules:rule_id": rule.pk,
        "tokens:token_id": minted.token.pk,
    }


def make_record(scenario: Scenario, day: int) -> ForecastRecord:
    """Keep the headline of a forecast, as a simulation does."""
    return ForecastRecord.objects.create(
        scenario=scenario,
        revision=scenario.revision,
        iterations=1000,
        seed=1,
        engine_version="1",
        plan_hash="",
        p80=datetime(2026, 3, day, 17),
    )


def nobodys(ids: dict[str, UUID]) -> dict[str, UUID]:
    """Return ids of the same kinds that belong to nothing."""
    return {name: uuid7() for name in ids}


def _body(details: dict[str, Any]) -> str | None:
    if "requestBody" not in details:
        return None
    content = details["requestBody"]["content"]
    if FILE in content:
        return FILE
    return str(content["application/json"]["schema"]["$ref"].rpartition("/")[2])


def _is_guarded(details: dict[str, Any]) -> bool:
    return any(each["name"] == "If-Match" for each in details.get("parameters", ()))
