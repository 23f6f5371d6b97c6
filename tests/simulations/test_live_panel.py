"""What the page and the API show of the live forecast."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lineo.jobs import services as jobs
from lineo.jobs.entry import run_waiting
from lineo.jobs.models import Job, Queue
from planning.core.distributions import Pert
from planning.core.plan import Dependency, TaskKind
from planning.models import Scenario, Task
from planning.services import tasks
from planning.table.spreads import spreads_of
from simulations import live, services
from simulations.live import live_bars_of, live_state_of
from tests.builders import Team
from tests.simulations.live_plans import RANGE, chain_with_a_range, previewed, told

WIDER = Pert(480, 960, 4800)


@pytest.fixture
def rows(scenario: Scenario, team: Team) -> list[Task]:
    """Three tasks one after another, the first of them with a range."""
    return chain_with_a_range(scenario, team)


@pytest.fixture
def page(client: Client, team: Team, scenario: Scenario) -> str:
    client.force_login(team.person)
    return reverse("simulations:live", args=[scenario.pk])


def test_the_fragment_says_how_it_stands(rows, scenario, client, page):
    told(scenario)
    waiting = client.get(page).content.decode()
    run_waiting()

    done = client.get(page).content.decode()

    assert 'data-under-way="true"' in waiting
    assert 'data-under-way="false"' in done
    assert "P80" in done


def test_a_plan_with_a_current_forecast_waits_for_no_other(rows, scenario, client, page, team):
    services.start_simulation(scenario, actor=team.person, iterations=1000)
    run_waiting()
    told(scenario)

    shown = client.get(page).text

    assert live_state_of(scenario).is_under_way
    assert 'data-under-way="false"' in shown
    assert "Forecasting" not in shown
    assert "P80" in shown


def test_a_plan_that_nobody_forecast_claims_nothing(rows, scenario, client, page):
    shown = client.get(page).text

    assert 'data-under-way="false"' in shown
    assert "No forecast yet." in shown


def test_a_job_that_no_worker_takes_is_not_waited_for(rows, scenario, client, page):
    told(scenario)
    young = client.get(page).text
    Job.objects.update(created_at=timezone.now() - 2 * live.PATIENCE)

    old = client.get(page).text
    jobs.claim_next([Queue.LIVE])
    taken = client.get(page).text

    assert [told_to_wait(one) for one in (young, old, taken)] == [True, False, True]
    assert ["Ask again" in one for one in (young, old, taken)] == [False, True, False]


def test_who_has_waited_long_is_told_so_once(rows, scenario, client, page):
    told(scenario)
    tag = client.get(page).context["live"].state.tag

    late = client.get(page, {"seen": tag, "late": "1"})
    again = client.get(page, {"seen": late.context["live"].state.tag, "late": "1"})

    assert client.get(page, {"seen": tag}).status_code == 204
    assert not told_to_wait(late.text)
    assert "Ask again" in late.text
    assert again.status_code == 204


def told_to_wait(shown: str) -> bool:
    return 'data-under-way="true"' in shown


def test_the_panel_shows_the_change_over_the_last_full_simulation(
    rows, scenario, client, page, team
):
    services.start_simulation(scenario, actor=team.person, iterations=1000)
    run_waiting()
    before = client.get(page).context["live"]
    scenario.refresh_from_db()
    tasks.edit_task(scenario, rows[1].key, actor=team.person, duration_minutes=3 * 480)
    previewed(scenario)

    after = client.get(page).context["live"]

    assert before.p80_delta is None
    assert before.is_current
    assert after.p80_delta.days == 2.0
    assert after.chart.before
    # As many points before and after: one curve can pass into the next.
    lines = (before.chart.curve, after.chart.curve, after.chart.before)
    assert len({line.count("L") for line in lines}) == 1


def test_the_bars_take_up_the_live_forecast_where_the_full_one_is_old(rows, scenario, team):
    services.start_simulation(scenario, actor=team.person, iterations=1000)
    run_waiting()
    scenario.refresh_from_db()
    tasks.edit_task(scenario, rows[1].key, actor=team.person, duration_minutes=3 * 480)
    scenario.refresh_from_db()
    waiting = spreads_of(scenario)
    state = previewed(scenario)

    found = spreads_of(scenario)

    assert waiting.is_old
    assert not found.is_old
    assert found.by_key[rows[2].key].p80 == live_bars_of(state)[rows[2].key].p80
    assert found.by_key[rows[2].key].p80 > waiting.by_key[rows[2].key].p80


def test_a_milestone_keeps_the_chance_of_its_planned_date_after_an_edit(rows, scenario, team):
    done = tasks.add_task(
        scenario, actor=team.person, name="Done", kind=TaskKind.MILESTONE, duration_minutes=0
    )
    tasks.add_dependency(scenario, Dependency(rows[2].key, done.key), actor=team.person)
    planned = {"duration_minutes": 3 * 480, "estimate": RANGE}
    tasks.edit_task(scenario, rows[0].key, actor=team.person, **planned)
    services.start_simulation(scenario, actor=team.person, iterations=2000)
    run_waiting()
    scenario.refresh_from_db()
    full = spreads_of(scenario).by_key[done.key].chance
    tasks.edit_task(scenario, rows[1].key, actor=team.person, duration_minutes=3 * 480)
    state = previewed(scenario)

    live = spreads_of(scenario).by_key[done.key].chance

    assert 0 < live < 1
    assert live == full  # both move with its planned date
    assert live_bars_of(state)[rows[1].key].p_target is None


def test_who_has_seen_it_is_told_nothing(rows, scenario, client, page):
    state = previewed(scenario)

    assert client.get(page, {"seen": state.tag}).status_code == 204
    assert client.get(page, {"seen": "something else"}).status_code == 200


def test_asking_again_costs_three_queries_beyond_those_of_any_page(rows, scenario, client, page):
    state = previewed(scenario)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(page, {"seen": state.tag})
    tables = ("planning_scenario", "simulations_", "jobs_")

    own = [q["sql"] for q in asked if any(table in q["sql"] for table in tables)]

    assert len(own) <= 3


def test_the_api_answers_figures_and_then_304(rows, scenario, client, page, team):
    previewed(scenario)
    tasks.edit_task(scenario, rows[0].key, actor=team.person, estimate=WIDER)
    previewed(scenario)
    address = reverse("api:live", args=[scenario.pk])

    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    drawn = client.get(address, {"drawing": "true"}, headers={"If-None-Match": first["ETag"]})

    body = first.json()
    assert body["is_current"]
    assert body["p80_delta"]["days"] > body["p80_delta"]["noise_days"] > 0
    assert (body["curve"], body["tasks"]) == (None, None)
    assert (again.status_code, again.content) == (304, b"")
    assert {bar["id"] for bar in drawn.json()["tasks"]} == {row.key for row in rows}


def test_a_stranger_sees_nothing(scenario, client, db):
    client.force_login(make_stranger())

    assert client.get(reverse("simulations:live", args=[scenario.pk])).status_code == 404


def make_stranger():
    from tests.builders import make_team

    return make_team("Elsewhere").person
