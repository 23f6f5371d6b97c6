"""How a person looks at a plan: theirs alone, kept, and no part of the plan."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from planning.models import Scenario, ScenarioView, Task
from planning.selectors import view_of
from planning.services import tasks
from planning.table.columns import CHOOSABLE
from planning.table.head import table_width
from planning.table.view_state import ViewState, read_view
from planning.table.workbench import Workbench
from tests.builders import Team, join, make_chain

HTMX = {"HX-Request": "true"}


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def chain(scenario: Scenario, team: Team) -> list[Task]:
    return make_chain(scenario, "Dig", "Pour", "Cure", team=team)


def names(scenario: Scenario, view: ViewState) -> list[str]:
    scenario.refresh_from_db()
    return [outline.name for outline in Workbench(scenario, view).outlines]


def post(person: Client, name: str, scenario: Scenario, **data: object):
    response = person.post(reverse(f"planning:{name}", args=[scenario.pk]), data, headers=HTMX)
    assert response.status_code in (200, 204), response.status_code
    return response


def test_columns_are_shown_in_the_order_in_which_they_were_chosen(person, scenario, chain):
    post(person, "set-columns", scenario, columns=["total_float_minutes", "duration", "evil"])

    page = person.get(reverse("planning:scenario", args=[scenario.pk])).text

    head = page[page.index('id="workbench-head"') : page.index('class="window"')]
    assert head.index("column-total_float_minutes") < head.index("column-duration")
    assert "column-predecessors" not in head
    assert "evil" not in page


def test_every_column_can_be_shown_at_once(person, scenario, chain):
    post(person, "set-columns", scenario, columns=CHOOSABLE)

    page = person.get(reverse("planning:scenario", args=[scenario.pk]))

    assert page.status_code == 200
    assert 'data-field="successors"' in page.text


def test_a_sort_changes_what_is_shown_and_never_the_stored_order(scenario, chain):
    stored = list(Task.objects.filter(scenario=scenario).values_list("pk", "position"))
    tasks.edit_task(scenario, chain[1].key, actor=None, duration_minutes=5 * 480)

    assert names(scenario, ViewState(sort="-duration")) == ["Pour", "Dig", "Cure"]
    assert names(scenario, ViewState()) == ["Dig", "Pour", "Cure"]
    assert list(Task.objects.filter(scenario=scenario).values_list("pk", "position")) == stored


def test_the_outline_number_of_a_row_is_its_place_in_the_tree_however_rows_are_sorted(
    person, scenario, chain, team
):
    for number in range(9):
        tasks.add_task(scenario, actor=team.person, name=f"Inspect {number}", parent=chain[1].key)
    post(person, "set-columns", scenario, columns=["wbs"])
    post(person, "sort-rows", scenario, column="number")

    page = person.get(reverse("planning:scenario", args=[scenario.pk])).text

    shown = re.findall(r">([^<]+)</a></th><td class=\"column-wbs\">([\d.]+)<", page)
    assert dict(shown) == {
        "Dig": "1",
        "Pour": "2",
        **{f"Inspect {number}": f"2.{number + 1}" for number in range(9)},
        "Cure": "3",
    }
    assert names(scenario, ViewState(sort="-wbs"))[:3] == ["Cure", "Pour", "Inspect 8"]


def test_a_match_brings_the_summaries_it_stands_under(scenario, chain):
    dig, pour, _cure = chain
    tasks.remove_dependency(scenario, f"{dig.key}|{pour.key}|FS", actor=None)
    tasks.indent_task(scenario, pour.key, actor=None)

    assert names(scenario, ViewState(text="pour")) == ["Dig", "Pour"]
    assert names(scenario, ViewState(text=str(chain[2].number))) == ["Cure"]
    assert names(scenario, ViewState(only=("milestones",))) == []


def test_collapsed_rows_are_hidden_until_a_filter_looks_for_them(scenario, chain):
    dig, pour, _cure = chain
    tasks.remove_dependency(scenario, f"{dig.key}|{pour.key}|FS", actor=None)
    tasks.indent_task(scenario, pour.key, actor=None)
    hidden = frozenset({dig.key})

    assert names(scenario, ViewState(collapsed=hidden)) == ["Dig", "Cure"]
    assert names(scenario, ViewState(collapsed=hidden, text="pour")) == ["Dig", "Pour"]


def test_a_view_is_restored_and_nobody_elses(person, client, scenario, chain, team):
    other, revision = join(team, Role.VIEWER), Scenario.objects.get(pk=scenario.pk).revision
    post(person, "sort-rows", scenario, column="finish")
    post(person, "sort-rows", scenario, column="finish")
    post(person, "filter-rows", scenario, text="dig", only=["critical", "nonsense"])
    post(person, "set-place", scenario, top=300, left=1200)
    post(person, "set-width", scenario, column="duration", width=200)
    post(person, "set-split", scenario, width=480)

    mine = view_of(scenario, team.person)

    assert (mine.sort, mine.text, mine.only) == ("-finish", "dig", ("critical",))
    assert (mine.top, mine.left, mine.width_of("duration")) == (300, 1200, 200)
    assert mine.split == 480
    assert view_of(scenario, other) == ViewState()
    assert Scenario.objects.get(pk=scenario.pk).revision == revision


def test_one_click_drops_sort_and_filter_and_leaves_the_rest(person, scenario, chain, team):
    post(person, "set-columns", scenario, columns=["finish"])
    post(person, "sort-rows", scenario, column="finish")
    post(person, "filter-rows", scenario, text="dig")

    post(person, "show-plan-order", scenario)

    view = view_of(scenario, team.person)
    assert not view.is_arranged
    assert view.columns == ("finish",)


def test_the_table_stands_as_wide_as_chosen_else_as_its_columns(person, scenario, chain, team):
    def widths() -> set[str]:
        page = person.get(reverse("planning:scenario", args=[scenario.pk])).text
        return set(re.findall(r'class="plan-width" width="(\d+)"', page))

    post(person, "set-split", scenario, width=480)
    chosen = widths()
    post(person, "set-split", scenario, width="")

    assert chosen == {"480"}
    assert widths() == {str(table_width(view_of(scenario, team.person)))}


def test_without_javascript_a_column_moves_and_a_row_collapses(person, scenario, chain, team):
    person.post(
        reverse("planning:set-columns", args=[scenario.pk]),
        {"columns": ["start", "finish"], "later": "start"},
    )
    response = person.post(
        reverse("planning:collapse-task", args=[scenario.pk]), {"key": chain[0].key}
    )

    view = view_of(scenario, team.person)
    assert response.status_code == 302
    assert view.columns == ("finish", "start")
    assert view.collapsed == {chain[0].key}


@pytest.mark.parametrize(
    "words",
    [
        None,
        [],
        {"columns": "name", "widths": [1], "sort": 3, "collapsed": 5, "top": "x", "left": True},
        {"zoom": ["day"], "look": {}, "only": {"a": 1}, "sort": "evil", "widths": {"name": "wide"}},
        {"top": float("nan"), "columns": [], "split": "wide"},
    ],
)
def test_a_stored_view_that_makes_no_sense_is_the_usual_one(words):
    assert read_view(words) == ViewState()


def test_widths_and_places_are_kept_in_bounds():
    view = read_view({"widths": {"name": 9}, "top": -4, "left": 1e30, "split": 1})

    assert (view.width_of("name"), view.top, view.left) == (40, 0, 10_000_000)
    assert view.split == 120


@pytest.mark.parametrize(
    "name",
    ["set-columns", "set-width", "sort-rows", "filter-rows", "show-plan-order", "collapse-task",
     "collapse-all", "expand-all", "set-place", "set-split"],
)  # fmt: skip
def test_strangers_and_get_change_no_view(client, scenario, team, name):
    from tests.builders import make_team

    address = reverse(f"planning:{name}", args=[scenario.pk])
    client.force_login(make_team("Elsewhere").person)
    assert client.post(address).status_code == 404
    client.force_login(team.person)
    assert client.get(address).status_code == 405
    assert not ScenarioView.objects.exists()
