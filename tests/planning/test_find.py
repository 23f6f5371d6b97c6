"""The one field that finds everything a person may read, and nothing else."""

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.accounts.selectors import membership_for
from lineo.talk.references.services import add_reference
from lineo.talk.services import add_comment
from lineo.talk.subjects import of_row
from planning import search
from planning.models import Scenario, Task
from planning.services import projects
from planning.services.scenarios import branch_scenario
from planning.services.updates import post_update
from tests.builders import Team, join, make_baseline, make_chain, make_project, make_team
from tests.planning.finding import found_by_the_database


@pytest.fixture
def chain(scenario: Scenario, team: Team) -> list[Task]:
    return make_chain(scenario, "Dig the trench", "Pour concrete", "Cure", team=team)


def titles(team: Team, text: str, scenario: Scenario | None = None) -> list[str]:
    opened = scenario.pk if scenario else None
    return [hit.title for hit in search.find(team.membership, text, opened=opened)]


@pytest.mark.parametrize(
    "text", ["concrete", "POUR", "our conc", "concrete pour", "concrette", "2"]
)
def test_a_task_is_found_by_words_parts_number_and_with_a_slip(team, scenario, chain, text):
    assert titles(team, text)[0] == "Pour concrete"


@pytest.mark.parametrize("text", ["ur", "地基"])
def test_two_letters_within_a_word_are_found_in_the_open_plan(team, scenario, chain, text):
    make_chain(scenario, "开挖地基", team=team)

    assert titles(team, text, scenario) == {"ur": ["Pour concrete", "Cure"]}.get(text, ["开挖地基"])


def test_a_number_is_sought_in_the_open_plan_first(team, scenario, chain):
    for number in range(search.MOST_HITS + 1):
        make_chain(make_baseline(team, name=f"Other {number}"), "Begin", "End", team=team)
    last = make_baseline(team, name="Last")
    make_chain(last, "Open", "This one", team=team)

    assert titles(team, "2", last)[0] == "This one"


def test_what_is_called_alike_stands_in_the_order_of_the_alphabet(team):
    for name in ("yard Z", "Yard b", "Yard A", "Yard é", "Yard F", "yard a"):
        make_project(team, name=name)

    found = [hit for hit in search.find(team.membership, "yard") if hit.kind == "Project"]

    assert [hit.title for hit in found] == ["Yard A", "yard a", "Yard b", "Yard é", "Yard F"]


def test_hidden_candidates_crowd_nothing_out(team, scenario, chain):
    rows = make_chain(scenario, *["Pour here"] * (search.MOST_HITS + 2), team=team)
    hidden = [row.pk for row in rows if row.name == "Pour here"]

    found = found_by_the_database("pour", "%pour%", None, scenario.pk, [], hidden, search.MOST_HITS)

    assert found == [(chain[1].pk,)]


def test_a_task_is_found_by_its_short_id(team, scenario, chain):
    assert titles(team, f"{scenario.project.code}-3") == ["Cure"]


def test_a_hit_leads_to_its_row_in_the_workbench(client: Client, team, scenario, chain):
    hit = search.find(team.membership, "concrete", opened=scenario.pk)[0]
    client.force_login(team.person)

    page = client.get(hit.url)

    assert page.status_code == 200
    assert 'id="task-2"' in page.text


def test_the_open_plan_comes_first_and_other_branches_stay_out(team, scenario, chain):
    branch = branch_scenario(Scenario.objects.get(pk=scenario.pk), name="Two", actor=team.person)
    other = make_project(team, name="Elsewhere")
    baseline = other.scenarios.get()
    make_chain(baseline, "Concrete first", team=team)

    hits = search.find(team.membership, "concrete", opened=branch.pk)

    assert [hit.title for hit in hits] == ["Pour concrete", "Concrete first"]
    assert str(branch.pk) in hits[0].url


def test_projects_plans_and_updates_are_found_too(team, scenario, chain):
    post_update(scenario.project, author=team.person, title="Late", body="The concrete came late")

    assert titles(team, "foundry") == ["Foundry"]
    assert "Baseline" in titles(team, "basel")
    assert titles(team, "came late") == ["Late"]


@pytest.mark.parametrize("text", ["", "   ", "\x00", "zzzzzz", "'; drop table", "%", "a" * 5_000])
def test_what_matches_nothing_finds_nothing(team, scenario, chain, text):
    assert titles(team, text) == []


def test_nobody_finds_what_they_may_not_read(client: Client, team, scenario, chain):
    stranger = make_team("Elsewhere")
    with stranger.context():
        assert search.find(stranger.membership, "concrete", opened=scenario.pk) == []
    client.force_login(join(team, Role.GUEST))
    page = client.get(reverse("planning:find"), {"q": "concrete", "scenario": scenario.pk})
    assert "Pour concrete" not in page.text


def test_a_page_takes_the_same_few_queries_however_much_there_is(
    client: Client, team, scenario, chain, django_assert_max_num_queries
):
    client.force_login(team.person)
    address = reverse("planning:find")
    client.get(address, {"q": "concrete"})

    with django_assert_max_num_queries(15 + 4):
        client.get(address, {"q": "concrete", "scenario": scenario.pk})


def test_the_database_finds_nothing_of_strangers_whoever_asks(team, scenario, chain):
    """The function runs as the owner of the tables: it keeps to the open workspace by itself."""
    asked = [
        (text, f"%{text}%", 2, *places, [], 9)
        for text in ("concrete", "concrette", "2")
        for places in [(scenario.pk, []), (None, [scenario.pk])]
    ]
    for values in asked:
        assert found_by_the_database(*values), values

    with make_team("Elsewhere").context():
        for values in asked:
            assert found_by_the_database(*values) == [], values


def test_comments_references_and_people_are_found_too(client: Client, team, scenario, chain):
    subject = of_row(chain[1])
    add_comment(subject, author=team.person, body="The **supplier** is late with cement.")
    add_reference(subject, author=team.person, url="https://example.com", title="Cement quote")
    team.person.name = "Anna Weber"
    team.person.save()

    assert titles(team, "supplier") == ["The **supplier** is late with cement."]
    assert titles(team, "suplier") == ["The **supplier** is late with cement."]
    assert "Cement quote" in titles(team, "cement")
    assert titles(team, "@weber") == ["Anna Weber"]
    client.force_login(team.person)
    for hit in [*search.find(team.membership, "cement"), *search.find(team.membership, "weber")]:
        assert client.get(hit.url, follow=True).status_code == 200


def test_it_asks_seven_times_at_most_though_it_finds_something_of_every_kind(
    team, scenario, chain, django_assert_max_num_queries
):
    post_update(scenario.project, author=team.person, body="Concrete is late.")
    add_comment(of_row(chain[1]), author=team.person, body="No concrete today.")
    url = "https://example.com"
    add_reference(of_row(chain[1]), author=team.person, url=url, title="Concrete quote")
    team.person.name = "Concrete Weber"
    team.person.save()
    make_project(team, name="Concrete works")
    branch_scenario(scenario, name="Less concrete", actor=team.person)

    who = membership_for(team.person)  # with its rules, as a request reads it

    with django_assert_max_num_queries(7):
        hits = search.find(who, "concrete", opened=scenario.pk)

    kinds = {hit.code for hit in hits}
    assert kinds == {"task", "project", "scenario", "update", "comment", "reference", "person"}


def test_projects_and_plans_are_found_by_name_and_code_unless_they_are_archived(
    team, scenario, chain
):
    works, old = make_project(team, name="Bridge works"), make_project(team, name="Old bridge")
    projects.archive_project(old, actor=team.person)
    branch = branch_scenario(scenario, name="The bridge first", actor=team.person)
    guest = membership_for(join(team, Role.GUEST))

    assert titles(team, "bridge") == [works.name, branch.name]
    assert titles(team, works.code.lower())[0] == works.name
    assert search.find(guest, "bridge") == []


def test_a_guest_finds_no_comment_reference_or_person(team, scenario, chain):
    add_comment(of_row(chain[1]), author=team.person, body="The supplier is late.")
    guest = membership_for(join(team, Role.GUEST))

    assert search.find(guest, "supplier") == []
    assert search.find(guest, team.person.email) == []


def test_the_api_finds_the_same(client: Client, team, scenario, chain):
    client.force_login(team.person)

    found = client.get("/api/v1/search/", {"q": "concrette"}).json()["results"]

    assert [(hit["kind"], hit["title"]) for hit in found] == [("task", "Pour concrete")]
    assert client.get("/api/v1/search/", {"scenario": scenario.project_id}).status_code == 404


def test_addresses_are_told_to_who_manages_people_alone(team, scenario):
    anna = join(team)
    # Of the others, who gave no name, the address is the name.
    anna.name, anna.email = "Anna Weber", "zq.office@example.com"
    anna.save()
    manager = membership_for(join(team, Role.ADMIN))

    def found(who, text):
        return [(hit.title, hit.detail) for hit in search.find(who, text)]

    assert found(manager, "weber") == [("Anna Weber", anna.email)]
    assert found(manager, anna.email[:8])
    assert found(team.membership, "weber") == [("Anna Weber", "Member")]
    assert found(team.membership, anna.email[:8]) == []
    assert found(team.membership, anna.email) == [("Anna Weber", "Member")]
