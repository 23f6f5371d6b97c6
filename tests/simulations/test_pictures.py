"""Charts as files: whole, safe, and for the eyes that may see them."""

import re

import pytest
from defusedxml.ElementTree import fromstring
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.models import Membership, Role
from lineo.accounts.places import Place
from lineo.accounts.rule_services import add_rule
from lineo.jobs.entry import run_waiting
from planning import snapshot
from planning.core.distributions import Pert
from planning.core.plan import Dependency, TaskKind
from planning.models import Scenario, Task
from planning.services import tasks
from planning.table import sketch
from simulations import services
from simulations.pictures.gantt import SHEET_BARS, GanttPicture
from simulations.pictures.report import report_words
from tests.builders import Team, join, make_baseline, make_chain, make_team

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert(1)</script>#image("x")'
PICTURES = ("gantt", "curve", "tornado", "milestones")


@pytest.fixture
def person(client: Client, team: Team) -> Client:
    client.force_login(team.person)
    return client


@pytest.fixture
def simulated(scenario: Scenario, team: Team) -> Scenario:
    dig, pour = make_chain(scenario, HOSTILE, "Pour", team=team)
    done = tasks.add_task(
        scenario, actor=team.person, name="Done", kind=TaskKind.MILESTONE, duration_minutes=0
    )
    tasks.add_dependency(scenario, Dependency(pour.key, done.key), actor=team.person)
    tasks.edit_task(scenario, dig.key, actor=team.person, estimate=Pert(480, 960, 2880))
    services.start_simulation(scenario, actor=team.person, iterations=500)
    run_waiting()
    return Scenario.objects.get(pk=scenario.pk)


def get(person: Client, scenario: Scenario, suffix: str):
    return person.get(reverse("simulations:picture", args=[scenario.pk, suffix]))


@pytest.mark.parametrize("name", PICTURES)
def test_each_chart_is_a_file_that_needs_nothing_else(person, simulated, name):
    response = get(person, simulated, f"{name}-svg")

    root = fromstring(response.content)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Disposition"].startswith("attachment")
    assert "script" not in tags
    assert "var(" not in response.text
    assert "http" not in response.text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("name", PICTURES)
def test_each_chart_is_a_png_too(person, simulated, name):
    response = get(person, simulated, f"{name}-png")

    assert response.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("unfit", ["\x01", "\x0b", "\ufffe"])
def test_names_with_characters_that_no_picture_holds(person, scenario, team, unfit):
    make_chain(scenario, "Dig", team=team)
    # As rows may stand from before such names were refused.
    Task.objects.filter(scenario=scenario).update(name=f"Dig{unfit}it")
    Scenario.objects.filter(pk=scenario.pk).update(name=f"Base{unfit}line")
    # No change made them, so this process knows other rows; another one would read these.
    sketch.recent.clear()
    snapshot.recent.clear()

    drawn = fromstring(get(person, scenario, "gantt-svg").content)

    assert "Dig�it" in "".join(drawn.itertext())
    assert get(person, scenario, "gantt-png").status_code == 200
    assert get(person, scenario, "report-pdf").status_code == 200


def test_every_row_stands_on_some_sheet_of_the_gantt(scenario, team):
    make_chain(scenario, *(f"Task {number}" for number in range(70)), team=team)

    sheets = GanttPicture(Scenario.objects.get(pk=scenario.pk), pixels=SHEET_BARS).sheets()

    found = [sheet.body.count('class="gantt-bar') for sheet in sheets]
    assert len(sheets) > 1
    assert sum(found) == 70


def test_a_sheet_repeats_the_summaries_that_its_first_row_stands_in(scenario, team):
    top = tasks.add_task(scenario, actor=team.person, name="Structure")
    for number in range(60):
        under = f"Floor {number}"
        tasks.add_task(scenario, actor=team.person, name=under, parent=top.key)

    first, second, *_ = drawn_sheets(scenario)

    assert "Structure" in first.body
    assert "is-repeated" not in first.body
    assert second.body.count("is-repeated") == second.body.count("Structure") == 1
    assert second.body.index("Structure") < second.body.index(f"Floor {second.first - 1}")


def drawn_sheets(scenario: Scenario):
    return GanttPicture(Scenario.objects.get(pk=scenario.pk), pixels=SHEET_BARS).sheets()


def test_all_sheets_are_as_wide_as_the_names_and_their_bars(scenario, team):
    """So every sheet of every plan has letters of one size."""
    make_chain(scenario, "Dig", "Pour", team=team)
    (short,) = drawn_sheets(scenario)
    make_chain(scenario, *(f"Task {number}" for number in range(40)), team=team, days=20)

    sheets = drawn_sheets(scenario)

    assert short.width == pytest.approx(sheets[0].width, rel=0.05)
    assert {(sheet.width, sheet.height) for sheet in sheets} == {
        (sheets[0].width, sheets[0].height)
    }


def test_the_print_page_has_every_row_that_its_person_sees(person, scenario, team):
    make_chain(scenario, *(f"Task {number}" for number in range(70)), team=team)

    page = person.get(reverse("simulations:paper", args=[scenario.pk])).text

    assert page.count('<section class="sheet"') == len(drawn_sheets(scenario)) > 1
    assert all(f">Task {number}</text>" in page for number in range(70))
    person.post(reverse("planning:filter-rows", args=[scenario.pk]), {"text": "Task 69"})
    filtered = person.get(reverse("simulations:paper", args=[scenario.pk])).text
    assert filtered.count('<section class="sheet"') == 1
    assert ">Task 3</text>" not in filtered


def test_the_report_writes_numbers_as_people_do(simulated):
    Scenario.objects.filter(pk=simulated.pk).update(forecast_iterations=10_000)

    words = report_words(Scenario.objects.get(pk=simulated.pk))

    assert "10,000 iterations" in words["foot"]


def test_the_report_tells_the_same_noise_as_the_page(person, simulated):
    """Rounded up on both: what has some is never shown as exact."""
    page = person.get(reverse("simulations:forecast", args=[simulated.pk])).text
    shown = dict(
        re.findall(
            r'<th scope="row">(P\d+)</th>.*?class="is-number noise">(± [^<]+)<', page, re.DOTALL
        )
    )

    words = report_words(Scenario.objects.get(pk=simulated.pk))

    rows = [row for part in words["sections"] for row in part.get("rows", [])]
    told = {row[0]: row[2] for row in rows if re.fullmatch(r"P\d+", row[0])}
    assert len(told) > 3
    assert told == {name: shown[name] for name in told}
    assert shown["P80"] in " ".join(words["details"]).replace("P80 ", "")


def test_the_report_answers_and_is_a_pdf(person, simulated):
    words = report_words(simulated)
    response = get(person, simulated, "report-pdf")

    assert str(simulated.forecast_p80.year) in words["answer"]
    assert response.content.startswith(b"%PDF")


def test_a_plan_without_a_forecast_has_a_report_that_says_so(person, scenario):
    assert get(person, scenario, "report-pdf").content.startswith(b"%PDF")
    assert get(person, scenario, "curve-svg").status_code == 404
    assert get(person, scenario, "gantt-svg").status_code == 200


@pytest.mark.parametrize("suffix", ["gantt-svg", "report-pdf", "curve-gif", "nothing"])
def test_a_stranger_finds_no_picture(client, simulated, suffix):
    client.force_login(make_team("Elsewhere").person)

    assert get(client, simulated, suffix).status_code == 404


def test_the_command_writes_what_the_person_may_see(simulated, team, tmp_path):
    path = tmp_path / "plan.pdf"

    call_command("report", str(simulated.pk), "--as", team.person.email, "--output", path)

    assert path.read_bytes().startswith(b"%PDF")
    other = make_team("Elsewhere").person
    with pytest.raises(CommandError, match="has no scenario"):
        call_command("report", str(simulated.pk), "--as", other.email, "--output", path)


def test_a_rule_that_forbids_files_forbids_pictures_and_the_report(client, db):
    team = make_team(role=Role.OWNER)
    with team.context():
        scenario = make_baseline(team)
        member = Membership.objects.select_related("person").get(person=join(team))
        place = Place(ScopeKind.PROJECT, scenario.project_id, "")
        add_rule(place, action=Action.EXPORT, allows=False, member=member, actor=team.membership)
    client.force_login(member.person)

    answers = [get(client, scenario, suffix) for suffix in ("gantt-svg", "report-pdf")]

    assert [answer.status_code for answer in answers] == [403, 403]
