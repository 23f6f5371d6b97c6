"""What a rule hides from somebody is on no page, in no answer and in no file of theirs.

Every address that can be read is asked for, as the URLconf and the description of the API list
them, and no answer may hold the secret word; to somebody who may read all, the same addresses do.
"""

import re
from collections import defaultdict
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lineo.accounts.actions import ScopeKind
from lineo.accounts.asker import asked_by
from lineo.accounts.models import Membership, User
from lineo.accounts.selectors import membership_for
from lineo.jobs.entry import run_waiting
from lineo.portfolio.services import add_goal
from planning.core.distributions import Fixed, Pert
from planning.core.plan import Correlation, Dependency, Driver, Impact, Risk, TaskKind
from planning.models import PlanExport, Scenario, Task
from planning.services import exports, plans, tasks, updates
from planning.snapshot import plan_of
from planning.table.spreads import spreads_of
from simulations import live_results
from simulations.models import LiveForecast
from tests.access.telling import SECRET, addresses, body_of, keep_from, telling
from tests.api.caller import Caller
from tests.api.surface import one_of_each
from tests.builders import Team, make_baseline

pytestmark = pytest.mark.django_db

# The word alone also stands where it was typed to search for.
TOLD = re.compile(f"{SECRET} (phase|dig|rain|is late)")


@pytest.fixture
def scenario(team: Team) -> Scenario:
    """A plan whose first phase is secret, in front of what everybody sees."""
    scenario, actor = make_baseline(team, name="Foundry"), team.person
    phase = tasks.add_task(scenario, actor=actor, name=f"{SECRET} phase")
    inner = tasks.add_task(
        scenario, actor=actor, name=f"{SECRET} dig", parent=phase.key, duration_minutes=4800
    )
    tasks.edit_task(scenario, inner.key, actor=actor, estimate=Pert(2400, 4800, 9600))
    plain = tasks.add_task(scenario, actor=actor, name="Open for all")
    tasks.edit_task(scenario, plain.key, actor=actor, estimate=Pert(480, 960, 2880))
    tasks.add_dependency(scenario, Dependency(inner.key, plain.key), actor=actor)
    risk = Risk("RX", f"{SECRET} rain", 0.3, (Impact(inner.key, Fixed(960)),))
    plans.save_entity(scenario, risk, actor=actor)
    updates.post_update(
        scenario.project, author=actor, body=f"{SECRET} is late.", task_key=inner.key
    )
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
    """A member from whom the phase and what is below it is hidden."""
    phase = scenario.tasks.get(name=f"{SECRET} phase")
    return keep_from(team, ScopeKind.TASK, scenario.project, phase.key)


def everywhere(ids: dict[str, Any], scenario: Scenario) -> set[str]:
    found = addresses(ids) | {f"/api/v1/scenarios/{scenario.pk}/tasks/?search={SECRET}"}
    for task in scenario.tasks.all():
        found |= {f"/tasks/{task.pk}/", f"/api/v1/tasks/{task.pk}/"}
        found |= {f"/api/v1/tasks/{task.pk}/reasons/"}
    return found


def test_what_is_hidden_is_told_nowhere(team, scenario, ids, watched):
    found = everywhere(ids, scenario)

    assert len(telling(team.person, found, TOLD)) > 20
    assert telling(watched, found, TOLD) == {}


def secret_figures(scenario: Scenario) -> set[str]:
    """Return the dates that forecasts tell of what is secret alone, as the API writes them."""
    told: defaultdict[str, set[str]] = defaultdict(set)
    for task in (Scenario.objects.get(pk=scenario.pk).forecast or {})["tasks"]:
        for which in ("start_percentiles", "finish_percentiles"):
            told[task["id"]] |= set((task[which] or {}).values())
    for row in LiveForecast.objects.defer(None).filter(scenario=scenario):
        for key, words in row.tasks.items():
            told[key] |= set(words[:4])
    secret = set(scenario.tasks.filter(name__startswith=SECRET).values_list("key", flat=True))
    dates: dict[bool, set[str]] = {True: set(), False: set()}
    for key, found in told.items():
        dates[key in secret] |= found
    return dates[True] - dates[False]


def test_no_figure_of_it_is_told_either(team, ids, scenario, watched):
    scenario.refresh_from_db()
    plan = plan_of(scenario)
    live_results.store(scenario, plan, scenario.revision, live_results.look(scenario, plan))
    live = f"/api/v1/scenarios/{scenario.pk}/live/?drawing=true"
    dates = secret_figures(scenario)
    told = re.compile("|".join(map(re.escape, sorted(dates))))
    found = everywhere(ids, scenario) | {live}

    assert len(dates) > 2
    assert live in telling(team.person, found, told)
    assert telling(watched, found, told) == {}


def test_its_bar_and_its_row_tell_no_range(team, ids, scenario, watched):
    key = scenario.tasks.get(name=f"{SECRET} dig").key
    scenario.refresh_from_db()

    for person, is_told in ((team.person, True), (watched, False)):
        with asked_by(membership_for(person)):
            assert (key in spreads_of(scenario).by_key) is is_told


def test_it_still_drives_dates(team, scenario, watched):
    caller = Caller(watched)

    rows = caller.get(f"/api/v1/scenarios/{scenario.pk}/tasks/").json()["results"]

    names = {row["name"]: row for row in rows}
    plain = names["Open for all"]
    truth = Task.objects.get(scenario=scenario, name="Open for all")
    assert set(names) == {"Restricted task", "Open for all"}
    assert plain["start"] == truth.start.strftime("%Y-%m-%dT%H:%M")
    assert truth.start > scenario.start


def test_its_table_and_gantt_show_a_restricted_task(scenario, watched):
    page = Caller(watched).get(f"/scenarios/{scenario.pk}/").text

    assert page.count("Restricted task") >= 2
    assert "Open for all" in page


def test_it_is_not_found(scenario, watched):
    assert SECRET not in Caller(watched).get(f"/find/?q={SECRET[:4]}").text


def test_nothing_hidden_is_written_away(team, scenario, watched):
    """Whoever edits what they see stores nothing bare over what they don't."""
    before = {row.pk: row.name for row in scenario.tasks.all()}
    plain = scenario.tasks.get(name="Open for all")

    answer = Caller(watched).patch(
        f"/api/v1/tasks/{plain.pk}/", {"name": "Open, renamed"}, if_match="*"
    )

    assert answer.status_code == 200
    after = {row.pk: row.name for row in scenario.tasks.all()}
    assert after == {**before, plain.pk: "Open, renamed"}
    assert scenario.dependencies.count() == 1
    assert scenario.risks.count() == 1


def test_what_is_hidden_is_not_edited_either(scenario, watched):
    hidden = scenario.tasks.get(name=f"{SECRET} dig")
    caller = Caller(watched)

    for refused in (
        caller.patch(f"/api/v1/tasks/{hidden.pk}/", {"name": "Mine"}, if_match="*"),
        caller.delete(f"/api/v1/tasks/{hidden.pk}/", if_match="*"),
    ):
        assert refused.status_code == 403
        assert SECRET not in refused.text


@pytest.mark.parametrize("name", [f"{SECRET} dig", SECRET])
def test_nobody_learns_by_typing_links_what_hidden_tasks_are_called(scenario, watched, name):
    plain = scenario.tasks.get(name="Open for all")
    address = reverse("planning:edit-cell", args=[plain.pk])

    answer = Caller(watched).client.post(
        address, {"field": "successors", "value": name}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert "is no task of this plan" in answer.headers["HX-Trigger"]
    assert "begin so" not in answer.headers["HX-Trigger"]


def test_their_history_takes_as_many_queries_for_many_changes_as_for_few(team, scenario, watched):
    caller, address = Caller(watched), f"/api/v1/scenarios/{scenario.pk}/changes/"
    with CaptureQueriesContext(connection) as few:
        assert SECRET not in caller.get(address).text
    for number in range(12):
        tasks.add_task(scenario, actor=team.person, name=f"Plain {number}")

    with CaptureQueriesContext(connection) as many:
        assert caller.get(address).json()["count"] > 12

    assert len(many) == len(few)


def test_what_moves_with_hidden_tasks_is_told_without_them(team, scenario, watched):
    dig, plain = (scenario.tasks.get(name=name) for name in (f"{SECRET} dig", "Open for all"))
    other = tasks.add_task(scenario, actor=team.person, name="Open as well")
    for tied in (
        Driver("Both", 0.5, (dig.key, plain.key)),
        Correlation(dig.key, other.key, 0.3),
        Correlation(plain.key, other.key, 0.4),
    ):
        plans.save_entity(scenario, tied, actor=team.person)
    hidden = tasks.add_task(
        scenario, actor=team.person, name="Inside", parent=scenario.tasks.get(pk=dig.parent_id).key
    )
    plans.save_entity(scenario, Driver("Hidden", 0.5, (hidden.key,)), actor=team.person)

    def told(person: User, kind: str) -> list[Any]:
        answer = Caller(person).get(f"/api/v1/scenarios/{scenario.pk}/{kind}/")
        rows = answer.json()["results"]
        assert [Caller(person).get(row["url"]).json() for row in rows] == rows
        return [row["tasks"] for row in rows]

    assert told(team.person, "drivers") == [sorted([dig.key, plain.key]), [hidden.key]]
    assert told(watched, "drivers") == [[plain.key]]
    assert len(told(team.person, "correlations")) == 2
    assert [sorted(pair) for pair in told(watched, "correlations")] == [
        sorted([plain.key, other.key])
    ]


def test_a_driver_keeps_the_hidden_tasks_that_it_moves(team, scenario, watched):
    dig, plain = (scenario.tasks.get(name=name) for name in (f"{SECRET} dig", "Open for all"))
    plans.save_entity(scenario, Driver("Both", 0.5, (dig.key, plain.key)), actor=team.person)
    row = scenario.drivers.get()

    Caller(watched).patch(f"/api/v1/drivers/{row.pk}/", {"tasks": [plain.key]}, if_match="*")
    Caller(watched).patch(f"/api/v1/drivers/{row.pk}/", {"rho": 0.6}, if_match="*")

    assert set(row.tasks.values_list("key", flat=True)) == {dig.key, plain.key}


def test_a_plan_is_not_replaced_by_its_bare_form(scenario, watched):
    caller = Caller(watched)
    address = f"/api/v1/scenarios/{scenario.pk}/plan/"

    answer = caller.put(address, caller.get(address).json(), if_match="*")

    assert answer.status_code == 403
    assert scenario.tasks.filter(name__startswith=SECRET).count() == 2


def test_a_branch_hides_the_same(scenario, watched):
    caller = Caller(watched)

    made = caller.post(f"/api/v1/scenarios/{scenario.pk}/branch/", {"name": "Mine"}).json()
    shown = caller.get(f"/api/v1/scenarios/{made['id']}/tasks/").text

    assert SECRET not in shown
    assert Task.objects.filter(scenario=made["id"], name__startswith=SECRET).count() == 2


def test_a_file_that_a_job_writes_holds_what_its_person_may_see(team, scenario, watched):
    asked = {
        person: exports.start_export(scenario, format_="csv", actor=person)
        for person in (team.person, watched)
    }
    run_waiting()

    texts = {person: written(row) for person, row in asked.items()}
    assert SECRET in texts[team.person]
    assert SECRET not in texts[watched]
    assert "Restricted task" in texts[watched]


def test_a_file_is_not_written_for_who_was_suspended_meanwhile(team, scenario, watched):
    asked = exports.start_export(scenario, format_="csv", actor=watched)
    Membership.objects.filter(person=watched).update(is_suspended=True)
    run_waiting()

    assert written(asked) == ""


def written(row: PlanExport) -> str:
    row.refresh_from_db()
    return bytes(row.data or b"").decode()


def test_a_hidden_milestone_stands_in_no_goal(team, scenario, watched):
    project, phase = scenario.project, scenario.tasks.get(name=f"{SECRET} phase")
    gate = tasks.add_task(
        scenario,
        actor=team.person,
        name=f"{SECRET} gate",
        parent=phase.key,
        kind=TaskKind.MILESTONE,
        duration_minutes=0,
    )
    wanted = {"name": "In time", "milestone": gate.key, "by": datetime(2026, 6, 1, 17)}
    goal = add_goal(project, actor=team.person, **wanted)
    places = [
        reverse("portfolio:add-goal", args=[project.pk]),
        reverse("portfolio:goal", args=[goal.pk]),
        reverse("portfolio:portfolio"),
    ]
    goals = f"/api/v1/projects/{project.pk}/goals/"

    def told(person: User) -> list[str]:
        return [place for place in places if SECRET in body_of(Caller(person), place)]

    assert len(told(team.person)) >= 2
    assert told(watched) == []
    assert Caller(watched).get(goals).json()["count"] == 0
    sent = {**wanted, "by": "2026-06-01T17:00"}
    assert Caller(watched).post(goals, sent).status_code == 422
    assert Caller(team.person).post(goals, sent).status_code == 201


def test_what_a_hidden_task_holds_is_not_told_to_be_unblocked(team, scenario, watched):
    answer = Caller(watched).get(f"/api/v1/scenarios/{scenario.pk}/unblocked/")

    assert answer.status_code == 200
    assert answer.json()["results"] == []


def test_a_forecast_tells_a_watched_member_no_figure_of_what_is_hidden(
    team, ids, scenario, watched
):
    address = f"/api/v1/scenarios/{scenario.pk}/forecast/"
    theirs = Caller(watched).get(address).json()["forecast"]
    ours = Caller(team.person).get(address).json()["forecast"]
    page = Caller(watched).get(reverse("simulations:forecast", args=[scenario.pk]))

    dug = scenario.tasks.get(name=f"{SECRET} dig").key
    plain = scenario.tasks.get(name="Open for all").key
    assert {dug, plain} <= {task["id"] for task in ours["tasks"]}
    assert {("task", dug), ("risk", "RX")} <= {(one["kind"], one["id"]) for one in ours["costs"]}
    assert {dug} & {task["id"] for task in theirs["tasks"]} == set()
    assert plain in {task["id"] for task in theirs["tasks"]}
    assert {"RX", dug} & {one["id"] for one in theirs["costs"] + theirs["risks"]} == set()
    assert theirs["finish"] == ours["finish"]
    assert page.status_code == 200
