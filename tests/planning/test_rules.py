"""Rules as rows: who sees and does what, on projects, scenarios and subtrees of tasks."""

import random
from contextlib import contextmanager

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from lineo.accounts import rule_services, services
from lineo.accounts.asker import asked_by
from lineo.accounts.models import Membership, PolicyRule, Role
from lineo.accounts.places import Place, atlas
from lineo.accounts.policy import Action, ScopeKind, may, reach_of, scope_chain
from planning import selectors
from planning.models import Scenario
from planning.services import plans, scenarios, tasks
from tests.api.caller import Caller
from tests.builders import join, make_baseline, make_chain, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    team = make_team(role=Role.OWNER)
    with team.context():
        yield team


def member_of(team, role=Role.MEMBER) -> Membership:
    return fresh(Membership(person=join(team, role)))


def fresh(membership: Membership) -> Membership:
    """As the next request reads it."""
    rows = Membership.objects.select_related("person", "workspace")
    return rows.get(person=membership.person)


def project_place(scenario) -> Place:
    return Place(ScopeKind.PROJECT, scenario.project_id, "")


def scenario_place(scenario) -> Place:
    return Place(ScopeKind.SCENARIO, scenario.pk, "")


def task_place(scenario, key: str) -> Place:
    return Place(ScopeKind.TASK, scenario.project_id, "", key)


def rule(team, place, action, *, allows: bool, member=None, role=None) -> PolicyRule:
    return rule_services.add_rule(
        place, action=action, allows=allows, actor=team.membership, member=member, role=role
    )


def allow(team, place, action, member):
    return rule(team, place, action, allows=True, member=member)


def deny(team, place, action, member):
    return rule(team, place, action, allows=False, member=member)


def outline(team, scenario):
    """Hidden phase with a task of its own, and a task beside it."""
    phase = tasks.add_task(scenario, actor=team.person, name="Secret phase")
    inner = tasks.add_task(scenario, actor=team.person, name="Secret task", parent=phase.key)
    beside = tasks.add_task(scenario, actor=team.person, name="Plain task")
    return phase.key, inner.key, beside.key


# --- Projects and scenarios ------------------------------------------------------------------


def test_a_guest_sees_the_one_project_that_a_rule_lets_them_into(team):
    ours, other = make_baseline(team, name="Foundry"), make_baseline(team, name="Bridge")
    guest = member_of(team, Role.GUEST)
    rule_services.let_into(project_place(ours), guest, actor=team.membership)
    caller = Caller(guest.person)

    listed = caller.get("/api/v1/projects/").json()["results"]

    assert [each["name"] for each in listed] == ["Foundry"]
    assert caller.get(f"/api/v1/scenarios/{ours.pk}/plan/").status_code == 200
    assert caller.get(f"/api/v1/scenarios/{other.pk}/plan/").status_code == 404
    assert caller.get(f"/projects/{ours.project_id}/").status_code == 200
    assert caller.get(f"/projects/{other.project_id}/").status_code == 404
    assert "Bridge" not in caller.get("/").text


def test_a_guest_of_one_project_edits_nothing(team):
    ours = make_baseline(team)
    guest = member_of(team, Role.GUEST)
    rule_services.let_into(project_place(ours), guest, actor=team.membership)

    answer = Caller(guest.person).post(f"/api/v1/scenarios/{ours.pk}/tasks/", {"name": "Dig"})

    assert answer.status_code == 403


def test_a_project_denied_to_a_member_is_gone_for_them_alone(team):
    ours = make_baseline(team, name="Foundry")
    ada, bo = member_of(team), member_of(team)
    deny(team, project_place(ours), Action.READ, ada)

    assert list(selectors.projects_for(fresh(ada))) == []
    assert list(selectors.scenarios_for(fresh(ada))) == []
    assert list(selectors.projects_for(fresh(bo))) == [ours.project]


def test_a_rule_for_a_role_binds_all_of_that_role(team):
    ours = make_baseline(team)
    viewer, member = member_of(team, Role.VIEWER), member_of(team)
    rule(team, project_place(ours), Action.READ, allows=False, role=Role.VIEWER)

    assert not selectors.projects_for(fresh(viewer)).exists()
    assert selectors.projects_for(fresh(member)).exists()


def test_a_scenario_denied_shows_nowhere(team):
    baseline = make_baseline(team)
    secret = scenarios.branch_scenario(baseline, name="Night shift", actor=team.person)
    ada = member_of(team)
    deny(team, scenario_place(secret), Action.READ, ada)
    caller = Caller(ada.person)

    for address in (
        "/",
        f"/projects/{baseline.project_id}/",
        f"/scenarios/{baseline.pk}/",
        f"/api/v1/projects/{baseline.project_id}/scenarios/",
    ):
        answer = caller.get(address)
        assert answer.status_code == 200
        assert "Night shift" not in answer.text, address
    assert caller.get(f"/scenarios/{secret.pk}/").status_code == 404


def test_a_scenario_allowed_in_a_project_that_is_not(team):
    baseline = make_baseline(team)
    shared = scenarios.branch_scenario(baseline, name="For the client", actor=team.person)
    guest = member_of(team, Role.GUEST)
    allow(team, scenario_place(shared), Action.READ, guest)
    caller = Caller(guest.person)

    assert list(selectors.scenarios_for(fresh(guest))) == [shared]
    assert caller.get(f"/scenarios/{shared.pk}/").status_code == 200
    assert caller.get(f"/scenarios/{baseline.pk}/").status_code == 404


def test_a_viewer_who_may_edit_one_scenario(team):
    baseline = make_baseline(team)
    sketch = scenarios.branch_scenario(baseline, name="Sketch", actor=team.person)
    viewer = member_of(team, Role.VIEWER)
    allow(team, scenario_place(sketch), Action.EDIT, viewer)

    assert tasks.add_task(sketch, actor=viewer.person, name="Dig").name == "Dig"
    with pytest.raises(PermissionDenied):
        tasks.add_task(baseline, actor=viewer.person, name="Dig")


@pytest.mark.parametrize("seed", range(12))
def test_what_selectors_list_is_what_the_policy_allows(team, seed):
    rng = random.Random(seed)
    all_scenarios = []
    for name in ("Foundry", "Bridge"):
        baseline = make_baseline(team, name=name)
        all_scenarios += [baseline, scenarios.branch_scenario(baseline, name="B", actor=None)]
    places = [project_place(one) for one in all_scenarios[::2]]
    places += [scenario_place(one) for one in all_scenarios]
    role = rng.choice([Role.MEMBER, Role.VIEWER, Role.GUEST])
    ada = member_of(team, role)
    for place in rng.sample(places, rng.randint(0, 5)):
        by_role = rng.random() < 0.3
        rule(
            team,
            place,
            Action.READ,
            allows=rng.random() < 0.5,
            member=None if by_role else ada,
            role=role if by_role else None,
        )

    ada = fresh(ada)

    def allowed(**scope) -> bool:
        return may(ada, Action.READ, scopes=scope_chain(ada.workspace_id, **scope))

    assert set(selectors.projects_for(ada)) == {
        one.project for one in all_scenarios if allowed(project_id=one.project_id)
    }
    assert set(selectors.scenarios_for(ada)) == {
        one for one in all_scenarios if allowed(project_id=one.project_id, scenario_id=one.pk)
    }
    for one in all_scenarios:
        is_allowed = allowed(project_id=one.project_id, scenario_id=one.pk)
        assert selectors.scenario_for(ada, one.pk) == (one if is_allowed else None)


def test_one_scenario_is_found_by_whoever_lists_it_and_by_nobody_else(team):
    ours, theirs = make_baseline(team, name="Foundry"), make_baseline(team, name="Bridge")
    ada, guest, bearer = member_of(team), member_of(team, Role.GUEST), member_of(team)
    bearer.reach = reach_of(["read"], project_id=ours.project_id)
    strangers = make_team()

    assert selectors.scenario_for(ada, ours.pk) == ours
    assert selectors.scenario_for(bearer, ours.pk) == ours
    assert selectors.scenario_for(bearer, theirs.pk) is None
    for membership in (guest, None, strangers.membership):
        assert selectors.scenario_for(membership, ours.pk) is None


# --- Subtrees of tasks -----------------------------------------------------------------------


def test_who_may_edit_a_subtree_edits_it_and_nothing_else(team):
    scenario = make_baseline(team)
    phase, inner, beside = outline(team, scenario)
    viewer = member_of(team, Role.VIEWER)
    allow(team, task_place(scenario, phase), Action.EDIT, viewer)

    tasks.edit_task(scenario, inner, actor=viewer.person, name="Renamed")
    tasks.add_task(scenario, actor=viewer.person, name="New", parent=phase)

    assert scenario.tasks.get(key=inner).name == "Renamed"
    for refused in (
        lambda: tasks.edit_task(scenario, beside, actor=viewer.person, name="No"),
        lambda: tasks.move_task(scenario, inner, actor=viewer.person, parent=None, before=None),
        lambda: tasks.add_task(scenario, actor=viewer.person, name="No"),
        lambda: plans.edit_settings(scenario, actor=viewer.person, minutes_per_day=300),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_who_may_not_edit_a_subtree_edits_all_but_that(team):
    scenario = make_baseline(team)
    phase, inner, beside = outline(team, scenario)
    ada = member_of(team)
    deny(team, task_place(scenario, phase), Action.EDIT, ada)

    tasks.edit_task(scenario, beside, actor=ada.person, name="Renamed")

    with pytest.raises(PermissionDenied):
        tasks.edit_task(scenario, inner, actor=ada.person, name="No")
    with pytest.raises(PermissionDenied):
        tasks.delete_tasks(scenario, [phase], actor=ada.person)
    with pytest.raises(PermissionDenied):
        tasks.move_task(scenario, beside, actor=ada.person, parent=phase, before=None)


def test_an_inner_rule_wins_over_the_one_around_it(team):
    scenario = make_baseline(team)
    phase, inner, _ = outline(team, scenario)
    ada = member_of(team)
    deny(team, task_place(scenario, phase), Action.EDIT, ada)
    allow(team, task_place(scenario, inner), Action.EDIT, ada)

    tasks.edit_task(scenario, inner, actor=ada.person, name="Renamed")

    assert scenario.tasks.get(key=inner).name == "Renamed"


def test_a_rule_on_a_subtree_holds_in_branches_too(team):
    scenario = make_baseline(team)
    phase, inner, _ = outline(team, scenario)
    ada = member_of(team)
    deny(team, task_place(scenario, phase), Action.EDIT, ada)
    branch = scenarios.branch_scenario(scenario, name="Mine", actor=ada.person)

    with pytest.raises(PermissionDenied):
        tasks.edit_task(branch, inner, actor=ada.person, name="No")


# --- Laying and lifting ----------------------------------------------------------------------


@pytest.mark.parametrize("action", [Action.OWN, Action.MANAGE_PEOPLE, Action.ADMINISTER])
def test_no_rule_speaks_of_who_manages_whom(team, action):
    scenario, ada = make_baseline(team), member_of(team)

    with pytest.raises(ValidationError, match="no rules for this action"):
        allow(team, project_place(scenario), action, ada)


def test_no_rule_binds_an_owner(team):
    scenario = make_baseline(team)

    with pytest.raises(ValidationError, match="Owners"):
        deny(team, project_place(scenario), Action.READ, team.membership)
    with pytest.raises(ValidationError, match="Owners"):
        rule(team, project_place(scenario), Action.READ, allows=False, role=Role.OWNER)


def test_a_member_lays_no_rules(team):
    scenario, ada = make_baseline(team), member_of(team)

    with pytest.raises(PermissionDenied):
        rule_services.add_rule(
            project_place(scenario), action=Action.READ, allows=True, actor=ada, member=ada
        )


def test_the_same_rule_twice_is_told(team):
    scenario, ada = make_baseline(team), member_of(team)
    deny(team, project_place(scenario), Action.READ, ada)

    with pytest.raises(ValidationError, match="already"):
        allow(team, project_place(scenario), Action.READ, ada)


def test_a_rule_is_for_a_person_or_a_role(team):
    scenario, ada = make_baseline(team), member_of(team)

    for member, role in ((None, None), (ada, Role.MEMBER)):
        with pytest.raises(ValidationError, match="for a person or for a role"):
            rule(team, project_place(scenario), Action.READ, allows=True, member=member, role=role)


def test_a_lifted_rule_binds_no_more(team):
    scenario, ada = make_baseline(team), member_of(team)
    laid = deny(team, project_place(scenario), Action.READ, ada)

    rule_services.delete_rule(laid, actor=team.membership)

    assert selectors.projects_for(fresh(ada)).exists()


def test_who_leaves_leaves_no_rules_behind(team):
    scenario, ada = make_baseline(team), member_of(team)
    deny(team, project_place(scenario), Action.READ, ada)

    services.remove(ada, actor=team.membership)

    assert not PolicyRule.objects.exists()


def test_rules_are_read_once_a_request(team, django_assert_num_queries):
    make_baseline(team)
    ada = member_of(team)

    with django_assert_num_queries(1):
        for action in (Action.READ, Action.EDIT, Action.PROMOTE):
            may(ada, action, scopes=scope_chain(ada.workspace_id))


def test_rules_by_the_api(team):
    scenario = make_baseline(team)
    ada, caller = member_of(team), Caller(team.person)
    body = {
        "member": str(ada.pk),
        "action": "read",
        "allows": False,
        "kind": "project",
        "place": str(scenario.project_id),
    }

    made = caller.post("/api/v1/rules/", body)

    assert made.status_code == 201, made.text
    assert Caller(ada.person).get("/api/v1/projects/").json()["count"] == 0
    assert Caller(ada.person).get("/api/v1/rules/").status_code == 403
    assert Caller(ada.person).get(made.json()["url"]).status_code == 404
    assert caller.delete(made.json()["url"]).status_code == 204
    assert Caller(ada.person).get("/api/v1/projects/").json()["count"] == 1


def test_places_have_names(team):
    scenario = make_baseline(team, name="Foundry")
    (dig, *_) = make_chain(scenario, "Dig", team=team)
    ids = [(scenario.project_id, ""), (scenario.pk, ""), (scenario.project_id, dig.key)]

    names = atlas().names_of(ids, fresh(team.membership))

    assert names[scenario.project_id, ""] == "Foundry"
    assert names[scenario.pk, ""] == f"Foundry · {scenario.name}"
    assert names[scenario.project_id, dig.key].endswith(" Dig")
    assert len(atlas().places_for(fresh(team.membership))) == 2


@contextmanager
def looking(membership: Membership):
    with asked_by(fresh(membership)):
        yield


def test_a_project_lists_the_scenarios_that_its_reader_may_read(team):
    baseline = make_baseline(team)
    secret = scenarios.branch_scenario(baseline, name="Night shift", actor=team.person)
    ada = member_of(team)
    deny(team, scenario_place(secret), Action.READ, ada)

    with looking(ada):
        assert list(selectors.scenarios_of(baseline.project)) == [baseline]
    assert Scenario.objects.filter(project=baseline.project).count() == 2
