"""Rules bind administrators too: what one hides is told in no trail, message or list of theirs."""

import json
import re
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client

from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.models import Membership, PolicyRule, Role, User
from lineo.accounts.places import Place
from lineo.accounts.rule_services import add_rule, delete_rule
from lineo.activity import sight
from lineo.activity.models import Event
from lineo.portfolio.services import choose_scenario
from lineo.talk.services import add_comment
from lineo.talk.subjects import of_row
from lineo.webhooks.deliveries import body_of
from lineo.webhooks.models import Delivery
from lineo.webhooks.services import add_webhook
from planning.models import Scenario
from planning.services import ancestry, merging, promotions, tasks, updates
from planning.services.scenarios import branch_scenario, delete_scenario, edit_scenario
from tests.access.telling import SECRET, keep_from, telling
from tests.api.caller import Caller
from tests.builders import Team, join, make_baseline

pytestmark = pytest.mark.django_db

# The word alone also stands where it was typed to search for.
TOLD = re.compile(rf"{SECRET} \w")
FILES = {f"/audit/export/{suffix}/" for suffix in ("csv", "json")}
PLACES = {
    *FILES,
    *(f"{one}?q={SECRET}" for one in FILES),
    "/audit/",
    f"/audit/?q={SECRET}",
    "/api/v1/audit/?limit=200",
    f"/api/v1/audit/?limit=200&search={SECRET}",
    "/people/rules/",
}
Hide = Callable[..., User]


@pytest.fixture
def admin(team: Team) -> User:
    return join(team, Role.ADMIN)


@pytest.fixture
def hide(team: Team, admin: User) -> Hide:
    def hidden(kind: ScopeKind, place: object, key: str = "") -> User:
        return keep_from(team, kind, place, key, person=admin)

    return hidden


@pytest.fixture
def webhook(team: Team) -> None:
    add_webhook(url="https://hooks.example/all", actor=team.membership)


@pytest.fixture(params=["project", "scenarios", "task"])
def scenario(team: Team, hide: Hide, webhook: None, request: pytest.FixtureRequest) -> Scenario:
    """A plan with a secret scenario beside it, of which it tells in every way that there is."""
    kind, actor = request.param, team.person
    scenario = make_baseline(team, name=f"{SECRET} works" if kind == "project" else "Foundry")
    if kind == "project":
        hide(ScopeKind.PROJECT, scenario.project)
    if kind == "task":
        dig = tasks.add_task(scenario, actor=actor, name=f"{SECRET} dig")
        hide(ScopeKind.TASK, scenario.project, dig.key)
    tasks.add_task(scenario, actor=actor, name="Open for all")
    scenario.refresh_from_db()
    word = "Night" if kind == "task" else SECRET
    secret = branch_scenario(scenario, name=f"{word} way", actor=actor)
    gone = branch_scenario(secret, name=f"{word} gone", actor=actor)
    if kind == "scenarios":
        hide(ScopeKind.SCENARIO, secret)
        hide(ScopeKind.SCENARIO, gone)
    tell_of(secret, scenario, team)
    delete_scenario(gone, actor=actor)
    with connection.cursor() as cursor:  # events get the numbers that a commit would give
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return scenario


def tell_of(secret: Scenario, scenario: Scenario, team: Team) -> None:
    actor, project = team.person, scenario.project
    tasks.add_task(secret, actor=actor, name=f"{SECRET} dig")
    edit_scenario(secret, actor=actor, name=f"{secret.name} in")
    add_comment(of_row(secret), author=actor, body="So it is.")
    updates.post_update(project, author=actor, body=f"{SECRET} note", scenario=secret)
    choose_scenario(project, secret, actor=actor)
    secret.refresh_from_db()
    branch_scenario(secret, name="Open way", actor=actor)
    merging.merge_scenario(scenario, secret, actor=actor)
    tasks.add_task(secret, actor=actor, name=f"{SECRET} pour")
    secret.refresh_from_db()
    decided = promotions.promote_scenario(secret, actor=actor, reason=f"{SECRET} is surer.")
    add_comment(of_row(decided), author=actor, body="So it is.")


def test_what_is_hidden_stands_in_no_trail_of_theirs(team, scenario, admin):
    assert set(telling(team.person, PLACES, TOLD)) == PLACES
    assert telling(admin, PLACES, TOLD) == {}


def test_that_something_was_done_stays_in_their_trail(team, scenario, admin):
    address = "/api/v1/audit/?limit=200"
    theirs, ours = (Caller(one).get(address).json()["results"] for one in (admin, team.person))

    assert [(one["number"], one["action"]) for one in theirs] == [
        (one["number"], one["action"]) for one in ours
    ]
    assert any(one["withheld"] for one in theirs)
    assert not any(one["withheld"] for one in ours)
    told = [one for one in theirs if not one["withheld"]]
    assert [one for one in ours if one["number"] in {each["number"] for each in told}] == told


@pytest.mark.parametrize("scenario", ["scenarios"], indirect=True)
def test_what_is_open_is_told_beside_it(scenario, admin):
    told = Caller(admin).get("/audit/").text

    assert "Open for all" in told
    assert "A rule hides from you what this was about." in told


def test_a_webhook_is_told_what_all_who_may_set_its_address_may_read(team, scenario, admin):
    def messages() -> list[bytes]:
        found = [body_of(one) for one in Delivery.objects.exclude(event_id=None)]
        return [body for body in found if body is not None]

    assert [body for body in messages() if TOLD.search(body.decode())] == []
    assert len(messages()) == Event.objects.filter(pk__in=_told_events()).count()
    assert {json.loads(body)["data"]["withheld"] for body in messages()} >= {True, False}

    Membership.objects.filter(person=admin).update(is_suspended=True)

    assert len([body for body in messages() if TOLD.search(body.decode())]) > 5


def _told_events() -> list[object]:
    return list(Delivery.objects.exclude(event_id=None).values_list("event_id", flat=True))


def test_the_admin_is_for_staff_from_whom_nothing_is_hidden(client: Client, team, scenario, admin):
    User.objects.filter(pk=admin.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=admin.pk))

    assert client.get("/admin/planning/scenario/").status_code == 302

    PolicyRule.objects.all().delete()

    assert client.get("/admin/planning/scenario/").status_code == 200


@pytest.mark.parametrize("for_role", [False, True])
def test_nobody_lifts_a_rule_that_binds_them(team, admin, for_role):
    project = make_baseline(team).project
    member = Membership.objects.get(person=admin)
    rule = add_rule(
        Place(ScopeKind.PROJECT, project.pk, project.name),
        action=Action.READ,
        allows=False,
        actor=team.membership,
        **({"role": Role.ADMIN} if for_role else {"member": member}),
    )

    page = Client()
    page.force_login(admin)
    assert page.post(f"/people/rules/{rule.pk}/delete/").status_code == 403
    assert Caller(admin).delete(f"/api/v1/rules/{rule.pk}/").status_code == 403
    assert PolicyRule.objects.filter(pk=rule.pk).exists()

    delete_rule(rule, actor=team.membership)


@pytest.mark.parametrize("for_role", [False, True])
def test_nobody_lays_a_rule_that_gives_them_something(team, admin, for_role):
    scenario = make_baseline(team)
    member = Membership.objects.get(person=admin)
    whom = {"role": Role.ADMIN} if for_role else {"member": member}
    place = Place(ScopeKind.SCENARIO, scenario.pk, scenario.name)

    with pytest.raises(PermissionDenied):
        add_rule(place, action=Action.EDIT, allows=True, actor=member, **whom)

    add_rule(place, action=Action.EDIT, allows=False, actor=member, **whom)


def test_the_log_of_changes_names_other_scenarios_in_these_intentions_alone():
    """Whoever adds one that does has to say so to `lineo.activity.sight`."""
    assert set(sight.JOINING) == set(ancestry.JOINING)
