"""Why did the date move? Between two forecasts, in parts that sum to the whole."""

import pytest
from django.test import Client
from django.urls import reverse

from lineo.accounts.models import Role
from lineo.jobs.entry import run_waiting
from planning.core.distributions import Pert
from planning.core.edits import Edit, EditKind, What
from planning.models import ForecastRecord, Scenario, Update
from planning.services import plans, scenarios, tasks
from simulations import services
from simulations.engine.comparing.attribution import Cause
from simulations.explaining.causes import cause_of
from simulations.explaining.models import Movement
from tests.builders import Team, join, make_chain, make_team


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


def simulate(scenario: Scenario, team: Team) -> None:
    fresh = Scenario.objects.get(pk=scenario.pk)
    services.start_simulation(fresh, actor=team.person, iterations=2000)
    run_waiting()


@pytest.fixture
def moved(team: Team, scenario: Scenario) -> Scenario:
    """A plan that was forecast, then got a longer task and a new one, and was forecast again."""
    dig, pour = make_chain(scenario, "Dig", "Pour", team=team)
    for row in (dig, pour):
        tasks.edit_task(scenario, row.key, actor=team.person, estimate=Pert(480, 960, 2400))
    simulate(scenario, team)
    tasks.edit_task(scenario, pour.key, actor=team.person, estimate=Pert(960, 1920, 4800))
    added = tasks.add_task(scenario, actor=team.person, name="Cure", duration_minutes=960)
    plans.edit_settings(scenario, actor=team.person, target=None)
    assert added
    simulate(scenario, team)
    return scenario


def address(scenario: Scenario, name: str = "why-moved") -> str:
    return reverse(f"simulations:{name}", args=[scenario.project_id])


def pair() -> dict[str, str]:
    second, first = ForecastRecord.objects.all()[:2]
    return {"from": str(first.pk), "to": str(second.pk)}


def test_the_parts_sum_to_the_whole_and_open_their_changes(person: Client, moved: Scenario) -> None:
    assert "Explain it" in person.get(address(moved)).text
    started = person.post(address(moved, "explain"), pair(), follow=True)
    assert "Trying every mixture" in started.text
    run_waiting()

    page = person.get(address(moved)).context["page"]

    assert sum(part.days for part in page.parts) == pytest.approx(page.days, abs=1e-9)
    titles = {part.title: part for part in page.parts}
    assert titles["Estimates"].days > 0
    assert titles["Estimates"].lines[0].startswith("Pour: ")
    assert any("Cure: added" in line for line in titles["Scope"].lines)
    assert "Estimates: +" in page.narrative


def test_a_person_edits_the_draft_and_posts_it(person: Client, moved: Scenario) -> None:
    said = {**pair(), "body": "Pouring takes longer."}

    assert person.post(address(moved, "post-narrative"), said).status_code == 302

    assert Update.objects.get().body == "Pouring takes longer."
    refused = person.post(address(moved, "post-narrative"), {**pair(), "body": ""})
    assert refused.status_code == 422


def test_forecasts_of_two_scenarios_are_explained_too(
    person: Client, team: Team, moved: Scenario
) -> None:
    branch = scenarios.branch_scenario(
        Scenario.objects.get(pk=moved.pk), name="What if", actor=team.person
    )
    dig = branch.tasks.get(name="Dig").key
    tasks.edit_task(branch, dig, actor=team.person, estimate=Pert(480, 480, 960))
    simulate(branch, team)

    person.post(address(moved, "explain"), pair())
    run_waiting()

    (part,) = Movement.objects.get().result["parts"]
    assert part["cause"] == "estimates"
    assert part["days"] < 0


def test_one_forecast_is_not_enough(person: Client, team: Team, scenario: Scenario) -> None:
    make_chain(scenario, "Dig", team=team)
    simulate(scenario, team)

    assert "Two forecasts are needed" in person.get(address(scenario)).text
    assert person.post(address(scenario, "explain"), {}).status_code == 422


def test_one_forecast_of_each_of_two_scenarios_is_enough(
    person: Client, team: Team, scenario: Scenario
) -> None:
    (dig,) = make_chain(scenario, "Dig", team=team)
    simulate(scenario, team)
    branch = scenarios.branch_scenario(scenario, name="Twice", actor=team.person)
    tasks.edit_task(branch, dig.key, actor=team.person, estimate=Pert(960, 1920, 4800))
    simulate(branch, team)

    shown = person.get(address(scenario))

    assert [one.scenario.name for one in shown.context["pair"]] == ["Baseline", "Twice"]
    assert "Two forecasts are needed" not in shown.text


def test_it_is_for_the_projects_own_people(client: Client, team: Team, moved: Scenario) -> None:
    client.force_login(join(team, Role.VIEWER))
    assert client.get(address(moved)).status_code == 200
    assert client.post(address(moved, "explain"), pair()).status_code == 403

    client.force_login(make_team("Elsewhere").person)
    assert client.get(address(moved)).status_code == 404
    assert client.post(address(moved, "explain"), pair()).status_code == 404


@pytest.mark.parametrize(
    ("edit", "cause"),
    [
        (Edit(EditKind.TASK, "A", What.ADDED, after={}), Cause.SCOPE),
        (Edit(EditKind.ESTIMATE, "A", What.CHANGED, "estimate"), Cause.ESTIMATES),
        (Edit(EditKind.PROGRESS, "A", What.CHANGED, "percent_complete"), Cause.PROGRESS),
        (Edit(EditKind.DEPENDENCY, "A|B|FS", What.ADDED, after={}), Cause.LINKS),
        (Edit(EditKind.SETTING, "data_date", What.CHANGED, "data_date"), Cause.DATA_DATE),
        (Edit(EditKind.SETTING, "target", What.CHANGED, "target"), None),
        (Edit(EditKind.TASK, "A", What.CHANGED, "name"), None),
        (Edit(EditKind.RISK, "R", What.REMOVED, before={}), Cause.RISKS),
    ],
)
def test_every_change_has_the_cause_that_the_split_gives_it(edit: Edit, cause: Cause) -> None:
    assert cause_of(edit) is cause
