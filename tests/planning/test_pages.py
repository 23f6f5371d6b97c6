"""Each page of the plan: who sees it, what it shows, how many queries it takes."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from planning.core.plan import Dependency
from planning.models import Scenario
from planning.selectors import view_of
from planning.services import plans, scenarios, tasks
from planning.table.view_state import ViewState
from planning.table.workbench import WINDOW_ROWS, Workbench
from tests.builders import Team, make_chain, make_project, make_team

PAGES = ("scenario", "plan-settings", "history", "risks", "calendars", "scenario-diff", "promote")
SAVEPOINTS = 4  # in tests each of the two contexts also opens one
PAGE_QUERIES = 12 + SAVEPOINTS
ROWS_QUERIES = 9 + SAVEPOINTS
EDIT_QUERIES = 16 + SAVEPOINTS


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_scenario_opens(person: Client, scenario: Scenario, team: Team, page: str):
    make_chain(scenario, "Dig", "Pour", team=team)

    response = person.get(reverse(f"planning:{page}", args=[scenario.pk]))

    assert response.status_code == 200
    assert scenario.project.name in response.text


@pytest.mark.parametrize("page", PAGES)
def test_a_scenario_of_others_looks_like_none_at_all(client: Client, team: Team, scenario, page):
    stranger = make_team("Elsewhere")
    client.force_login(stranger.person)

    foreign = client.get(reverse(f"planning:{page}", args=[scenario.pk]))
    missing = client.get(reverse(f"planning:{page}", args=[stranger.workspace.pk]))

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.content == missing.content


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_a_page_without_signing_in(client: Client, scenario: Scenario, page: str):
    response = client.get(reverse(f"planning:{page}", args=[scenario.pk]))

    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:sign-in"))


def test_no_projects_offer_the_next_step(person: Client):
    response = person.get(reverse("planning:projects"))

    assert reverse("planning:import-plan") in response.text
    assert "No projects yet" in response.text


def test_the_project_most_in_danger_stands_first(person: Client, team: Team):
    for name, chance in [("Safe", 0.95), ("Shaky", 0.2), ("Unknown", None)]:
        project = make_project(team, name=name)
        Scenario.objects.filter(project=project).update(forecast_p_target=chance)

    response = person.get(reverse("planning:projects"))

    names = [row.name for row in response.context["rows"]]
    assert names == ["Shaky", "Safe", "Unknown"]
    assert response.context["danger"].name == "Shaky"


def test_a_project_shows_its_scenarios(person: Client, team: Team, scenario: Scenario):
    scenarios.branch_scenario(scenario, name="Two crews", actor=team.person)

    response = person.get(reverse("planning:project", args=[scenario.project_id]))

    assert [row.name for row in response.context["rows"]] == ["Baseline", "Two crews"]


def test_a_task_says_why_it_starts_when_it_does(person: Client, team: Team, scenario: Scenario):
    dig, pour = make_chain(scenario, "Dig", "Pour", team=team)

    response = person.get(reverse("planning:why", args=[pour.pk]))

    assert "Why not earlier?" in response.text
    sentence = f'It starts when <a class="link" href="/tasks/{dig.pk}/">Dig</a> finishes.'
    assert sentence in response.text
    assert "Later, it would move the finish of the plan." in response.text
    assert "The longest path" in response.text
    assert '<li aria-current="true">Pour' in response.text


def test_a_task_with_a_hostile_name_says_why_without_its_markup(
    person: Client, team: Team, scenario: Scenario
):
    _dig, pour = make_chain(scenario, "<b onclick=x>{task}%(date)s", "Pour", team=team)

    response = person.get(reverse("planning:why", args=[pour.pk]))

    assert "<b onclick" not in response.text
    assert "&lt;b onclick=x&gt;{task}%(date)s" in response.text


@pytest.mark.parametrize("count", [3, 120])
def test_the_workbench_asks_no_more_of_the_database_for_more_tasks(
    person: Client,
    team: Team,
    scenario: Scenario,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
):
    fill(scenario, team, count)
    page = reverse("planning:scenario", args=[scenario.pk])
    person.get(page)

    with django_assert_max_num_queries(PAGE_QUERIES):
        response = person.get(page)

    assert response.text.count('<tr id="task-') == min(count, WINDOW_ROWS)


@pytest.mark.parametrize("count", [3, 120])
def test_rows_and_edits_ask_no_more_of_the_database_for_more_tasks(
    person: Client,
    team: Team,
    scenario: Scenario,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
):
    fill(scenario, team, count)
    rows = reverse("planning:scenario-rows", args=[scenario.pk, 0])
    cell = reverse("planning:edit-cell", args=[scenario.tasks.first().pk])
    headers = {"HX-Request": "true"}
    person.get(rows, headers=headers)

    with django_assert_max_num_queries(ROWS_QUERIES):
        person.get(rows, headers=headers)
    with django_assert_max_num_queries(EDIT_QUERIES):
        edited = person.post(cell, {"field": "duration", "value": "9d"}, headers=headers)

    assert edited.status_code == 200
    assert ">9d<" in person.get(rows, headers=headers).text


def test_a_window_draws_each_link_that_begins_or_ends_in_it(team: Team, scenario: Scenario):
    fill(scenario, team, 2 * WINDOW_ROWS + 7)
    keys = list(scenario.tasks.order_by("position").values_list("key", flat=True))
    for before, after in ((2, 2 * WINDOW_ROWS + 5), (3, WINDOW_ROWS)):
        tasks.add_dependency(scenario, Dependency(keys[before], keys[after]), actor=team.person)
    scenario.refresh_from_db()

    drawn = [Workbench(scenario).window(first).gantt for first in (0, WINDOW_ROWS, 2 * WINDOW_ROWS)]

    chained = [WINDOW_ROWS, WINDOW_ROWS + 1, 7]  # of the links from each task to the next
    assert [gantt.count("data-link=") for gantt in drawn] == [
        chained[0] + 2,
        chained[1] + 1,
        chained[2] + 1,
    ]


def test_later_rows_come_as_a_window_of_their_own(person: Client, team: Team, scenario: Scenario):
    fill(scenario, team, 2 * WINDOW_ROWS + 7)

    def rows(first: int):
        return person.get(reverse("planning:scenario-rows", args=[scenario.pk, first]))

    response = rows(2 * WINDOW_ROWS)
    assert response.text.count('<tr id="task-') == 7
    assert f'data-first="{2 * WINDOW_ROWS}"' in response.text
    assert rows(900).status_code == 404


def test_the_zoom_the_look_and_the_theme_are_remembered(
    person: Client, scenario: Scenario, team: Team
):
    person.post(reverse("planning:set-zoom", args=[scenario.pk]), {"zoom": "month"})
    person.post(reverse("planning:set-look", args=[scenario.pk]), {"look": "criticality"})
    person.post(reverse("planning:set-theme"), {"theme": "light", "next": "//evil.example/"})

    page = person.get(reverse("planning:scenario", args=[scenario.pk])).text

    assert 'data-theme="light"' in page
    view = view_of(scenario, team.person)
    assert (view.zoom, view.look) == ("month", "criticality")


def test_a_look_or_zoom_that_does_not_exist_changes_nothing(
    person: Client, scenario: Scenario, team: Team
):
    for name in ("zoom", "look"):
        response = person.post(reverse(f"planning:set-{name}", args=[scenario.pk]), {name: "x"})
        assert response.status_code == 302

    assert view_of(scenario, team.person) == ViewState()


def test_zooming_draws_the_rulers_anew_in_place(person: Client, scenario: Scenario, team: Team):
    make_chain(scenario, "Dig", "Pour", team=team)

    response = person.post(
        reverse("planning:set-zoom", args=[scenario.pk]),
        {"zoom": "year"},
        headers={"HX-Request": "true"},
    )

    assert 'data-pixels-per-day="0.5"' in response.text
    assert "view-changed" in response["HX-Trigger"]


def test_a_theme_never_leads_off_the_site(client: Client):
    response = client.post(
        reverse("planning:set-theme"), {"theme": "dark", "next": "//evil.example"}
    )

    assert response.url == reverse("planning:projects")


def fill(scenario: Scenario, team: Team, count: int) -> None:
    """Give the scenario ``count`` tasks, each after the one before, as one change."""
    from dataclasses import replace

    from planning.core.plan import Task
    from planning.snapshot import plan_of

    scenario.refresh_from_db()
    keys = [f"T{number}" for number in range(count)]
    plan = replace(
        plan_of(scenario),
        tasks=tuple(Task(key, f"Task {key}", duration_minutes=480) for key in keys),
        dependencies=tuple(map(Dependency, keys, keys[1:])),
    )
    plans.replace_plan(scenario, plan, actor=team.person, summary="Filled")


def test_the_history_says_what_a_change_did(person: Client, team: Team, scenario: Scenario):
    dig, _pour = make_chain(scenario, "Dig", "Pour", team=team)
    tasks.edit_task(scenario, dig.key, actor=team.person, duration_minutes=3 * 480)

    response = person.get(reverse("planning:history", args=[scenario.pk]))

    newest = response.context["entries"][0]
    assert newest.change.summary == "Edited “Dig”"
    assert newest.lines == ["Dig: 1 d → 3 d"]


def test_the_history_reads_no_more_of_a_big_change_than_it_shows(
    person: Client, team: Team, scenario: Scenario
):
    names = [f"Task {number}" for number in range(150)]
    text = "Task\n" + "\n".join(names)
    person.post(reverse("planning:paste", args=[scenario.pk]), {"text": text})
    make_chain(scenario, "Dig", team=team)

    response = person.get(reverse("planning:history", args=[scenario.pk]))

    pasted = response.context["entries"][1]
    assert "edits" in pasted.change.get_deferred_fields()
    assert pasted.edit_count >= 150
    assert len(pasted.lines) == 12
    assert pasted.has_more
    more = f"against={scenario.pk}&amp;revision={pasted.change.revision}"
    assert (more in response.text) == (pasted.change.revision > 1)
    assert f"{pasted.edit_count} edits" in response.text
