"""A scenario that a rule hides from somebody is on no page, in no answer, in no file of theirs."""

import re
from typing import Any

import pytest

from lineo.accounts.actions import ScopeKind
from lineo.accounts.models import Membership, Role, User
from lineo.jobs.entry import run_waiting
from lineo.notices.models import Notice, NoticeKind
from lineo.portfolio.services import choose_scenario, draw_jointly
from planning.core.distributions import Pert
from planning.models import Promotion, Scenario
from planning.services import promotions, tasks, updates
from planning.services.scenarios import branch_scenario
from simulations.comparing.services import start_comparison
from simulations.explaining.services import explain_movement
from simulations.services import start_simulation
from tests.access.telling import SECRET, addresses, keep_from, telling
from tests.api.caller import Caller
from tests.api.surface import make_record, one_of_each
from tests.builders import Team, join, make_baseline

pytestmark = pytest.mark.django_db

# The word alone also stands where it was typed to search for.
TOLD = re.compile(rf"{SECRET} \w")


@pytest.fixture
def scenario(team: Team) -> Scenario:
    """A project that was promised by a secret scenario for a while."""
    scenario, actor = make_baseline(team, name="Foundry"), team.person
    plain = tasks.add_task(scenario, actor=actor, name="Open for all")
    tasks.edit_task(scenario, plain.key, actor=actor, estimate=Pert(480, 960, 2880))
    scenario.refresh_from_db()
    secret = branch_scenario(scenario, name=f"{SECRET} way", actor=actor)
    dig = tasks.add_task(secret, actor=actor, name=f"{SECRET} dig")
    tasks.edit_task(secret, dig.key, actor=actor, estimate=Pert(480, 960, 2880))
    secret.refresh_from_db()
    updates.post_update(scenario.project, author=actor, body=f"{SECRET} note", scenario=secret)
    promotions.promote_scenario(secret, actor=actor, reason=f"{SECRET} is surer.")
    scenario.refresh_from_db()
    promotions.restore_baseline(scenario, actor=actor, reason=f"{SECRET} was not.")
    start_simulation(secret, actor=actor, iterations=200)
    scenario.refresh_from_db()
    return scenario


@pytest.fixture
def ids(team: Team, scenario: Scenario) -> dict[str, Any]:
    made = one_of_each(scenario, team)
    while run_waiting():
        pass
    return made


@pytest.fixture
def watched(team: Team, scenario: Scenario) -> User:
    secret = scenario.project.scenarios.get(name=f"{SECRET} way")
    return keep_from(team, ScopeKind.SCENARIO, secret)


def test_what_is_hidden_is_told_nowhere(team, scenario, ids, watched):
    found = addresses(ids)

    assert len(telling(team.person, found, TOLD)) > 10
    assert telling(watched, found, TOLD) == {}


def test_no_page_breaks_for_whom_the_baseline_is_hidden_from(team, scenario, ids):
    person = keep_from(team, ScopeKind.SCENARIO, scenario)
    caller = Caller(person, raise_request_exception=False)
    found = {one: caller.get(one).status_code for one in addresses(ids)}

    assert {address: code for address, code in found.items() if code >= 500} == {}


def test_no_figure_of_it_is_told_either(team, scenario, watched):
    secret = scenario.project.scenarios.get(name=f"{SECRET} way")
    records = [make_record(secret, 1), make_record(scenario, 2)]
    compared = start_comparison(scenario.project, [scenario, secret], actor=team.person)
    moved = explain_movement(scenario.project, *records, actor=team.person)
    decided = Promotion.objects.first()
    ours, theirs = Caller(team.person), Caller(watched)

    for address in (
        f"/api/v1/comparisons/{compared.pk}/",
        f"/api/v1/movements/{moved.pk}/",
        f"/api/v1/promotions/{decided.pk}/",
        f"/api/v1/promotions/{decided.pk}/comments/",
        f"/promotions/{decided.pk}/talk/",
    ):
        assert ours.get(address).status_code == 200, address
        assert theirs.get(address).status_code == 404, address
    movements = f"/api/v1/projects/{scenario.project_id}/movements/"
    assert (ours.get(movements).json()["count"], theirs.get(movements).json()["count"]) == (1, 0)
    pair = {"from": str(records[0].pk), "to": str(records[1].pk)}
    assert theirs.post(movements, pair).status_code == 404


def test_the_lineage_says_that_decisions_are_left_out(team, scenario, watched):
    address = f"/projects/{scenario.project_id}/lineage/"

    theirs, ours = Caller(watched).get(address).text, Caller(team.person).get(address).text

    assert "Decisions about plans that are hidden from you are left out." in theirs
    assert "since the beginning" not in theirs
    assert "It began with" not in theirs
    assert "2 decisions since the beginning" in ours


def test_who_comes_too_late_is_not_told_by_what(team, scenario, watched):
    Membership.objects.filter(person=watched).update(role=Role.ADMIN)
    secret = scenario.project.scenarios.get(name=f"{SECRET} way")
    ours = branch_scenario(scenario, name="Ours", actor=team.person)
    seen = {"baseline": str(scenario.pk), "reason": "It is ready."}
    promotions.restore_baseline(secret, actor=team.person, reason=f"{SECRET} again.")

    answer = Caller(watched).post(f"/api/v1/scenarios/{ours.pk}/promote/", seen)

    assert answer.status_code == 412
    assert "The baseline has changed meanwhile" in answer.text
    assert SECRET not in answer.text


def test_who_may_not_read_it_is_not_told_that_it_is_promised(team, scenario, watched):
    secret = scenario.project.scenarios.get(name=f"{SECRET} way")
    other = join(team)

    promotions.restore_baseline(secret, actor=team.person, reason="Again.")

    assert Notice.objects.filter(person=other, kind=NoticeKind.PROMOTION).count() == 1
    assert not Notice.objects.filter(person=watched, kind=NoticeKind.PROMOTION).exists()


def test_a_joint_forecast_of_it_is_not_that_of_the_baseline(team, scenario):
    project = scenario.project
    shown = branch_scenario(scenario, name="Shown", actor=team.person)
    choose_scenario(project, shown, actor=team.person)
    watched = keep_from(team, ScopeKind.SCENARIO, shown)
    dates = dict.fromkeys(("p10", "p50", "p80", "p90"), "2026-03-02T17:00")
    said = {**dates, "chance": 0.5, "waits": True, "heads": {str(shown.pk): str(shown.head)}}
    joint = draw_jointly(actor=team.person)
    joint.result = {"projects": {str(project.pk): said}, "left_out": {}}
    joint.save()

    def told(person: User) -> tuple[int, bool]:
        caller = Caller(person)
        drawn = caller.get(f"/api/v1/joint-forecasts/{joint.pk}/").json()["projects"]
        [lane] = caller.get("/api/v1/portfolio/").json()["lanes"]
        return len(drawn), lane["is_joint"]

    assert told(team.person) == (1, True)
    assert told(watched) == (0, False)


def test_what_was_told_before_anybody_wrote_down_of_which_scenarios(team, scenario, watched):
    other, elsewhere = join(team), make_baseline(team, name="Mill").project
    Notice.objects.filter(kind=NoticeKind.PROMOTION).delete()
    for person in (watched, other):
        for title, project in (("Here", scenario.project), ("There", elsewhere), ("You", None)):
            Notice.objects.create(
                person=person, kind=NoticeKind.MENTION, title=title, url="/", project=project,
                scenarios=None,
            )  # fmt: skip

    def told(person: User) -> set[str]:
        found = Caller(person).get("/api/v1/notices/").json()["results"]
        return {one["title"] for one in found if one["kind"] == NoticeKind.MENTION}

    assert told(watched) == {"There", "You"}
    assert told(other) == {"Here", "There", "You"}
