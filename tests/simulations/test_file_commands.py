"""``simulate`` and ``compare``: no database, no queue, no traceback."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

PLAN = {
    "lineo": 1,
    "project": {"name": "Foundry", "start": "2026-01-05T08:00"},
    "tasks": [{"id": "A", "estimate": {"distribution": "uniform", "low": "3d", "high": "8d"}}],
}
Write = Callable[..., str]


@pytest.fixture
def plan_file(tmp_path: Path) -> Write:
    def write(name: str = "plan.json", **changes: object) -> str:
        path = tmp_path / name
        path.write_text(json.dumps(PLAN | changes), encoding="utf-8")
        return str(path)

    return write


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


def fault(*arguments: str) -> str:
    """Return what a command that fails says on stderr."""
    errors = io.StringIO()
    with pytest.raises(SystemExit) as exited:
        call_command(*arguments, stdout=io.StringIO(), stderr=errors)
    assert exited.value.code == 2
    return errors.getvalue().strip()


def test_compare_gives_the_fields_of_the_contract(plan_file: Write) -> None:
    shorter = plan_file("shorter.json", tasks=[{"id": "A", "duration": "2d"}])

    data = json.loads(run("compare", plan_file(), shorter, "--iterations", "500", "--json"))

    assert (data["iterations"], data["seed"]) == (500, 1)
    assert (data["p_first_earlier"], data["p_second_earlier"], data["p_tie"]) == (0, 1, 0)
    assert data["delta_days"]["p80"] == data["plans"][0]["percentiles"]["80"] - 2
    assert data["delta_days"]["p80_interval"][0] <= data["delta_days"]["p80"]


def test_compare_takes_up_to_five_plans(plan_file: Write) -> None:
    plan = plan_file()

    data = json.loads(run("compare", *[plan] * 5, "--iterations", "100", "--json"))

    assert [pair["p_tie"] for pair in data["pairs"]] == [1.0] * 4
    assert "p_tie" not in data
    assert "two and five" in fault("compare", *[plan] * 6)


def test_compare_prints_a_table_for_people(plan_file: Write) -> None:
    text = run("compare", plan_file(), plan_file("other.json"), "--iterations", "100")

    assert "plan.json – other.json" in text
    assert "both on the same working minute in 100.0%" in text


def test_compare_needs_a_plan_with_tasks(plan_file: Write) -> None:
    assert "no finish" in fault("compare", plan_file(), plan_file("empty.json", tasks=[]))


def test_simulate_says_what_each_figure_is_worth(plan_file: Write) -> None:
    data = json.loads(run("simulate", plan_file(), "--iterations", "2000", "--json"))

    low, high = data["tasks"][0]["bands"]["criticality"]
    assert low <= data["tasks"][0]["criticality"] <= high
    assert list(data["buffers"]) == ["70", "80", "90", "99"]
    assert [one["id"] for one in data["refinements"]] == ["A"]
    assert data["merges"] == []
    assert "sensitivities" not in data


def test_simulate_tells_what_each_uncertainty_costs_when_asked(plan_file: Write) -> None:
    risk = {
        "id": "R",
        "probability": 0.3,
        "impacts": [{"task": "A", "estimate": {"distribution": "fixed", "value": "5d"}}],
    }
    plan = plan_file(risks=[risk])

    data = json.loads(run("simulate", plan, "--iterations", "500", "--sensitivity", "--json"))
    text = run("simulate", plan, "--iterations", "500", "--sensitivity")

    assert {(one["kind"], one["id"]) for one in data["sensitivities"]} == {
        ("task", "A"),
        ("risk", "R"),
    }
    assert "Without its uncertainty" in text


def test_simulate_stops_once_the_band_is_narrow_enough(plan_file: Write) -> None:
    options = ("--stop-band", "0.2", "--stop-percentile", "50", "--json")

    data = json.loads(run("simulate", plan_file(), "--iterations", "100000", *options))

    assert data["iterations"] < 50_000
    assert data["duration_days"]["bands"]["50"][1] - data["duration_days"]["bands"]["50"][0] < 0.2
    assert "between 1 and 99" in fault("simulate", plan_file(), "--stop-percentile", "0")


def test_a_note_says_where_in_the_file_it_stands(plan_file: Write) -> None:
    tasks = [*PLAN["tasks"], {"id": "B", "duration": "2d"}]  # type: ignore[misc]

    data = json.loads(run("simulate", plan_file(tasks=tasks), "--iterations", "100", "--json"))

    assert data["notes"] == [
        {"path": "tasks[1]", "reason": "no estimate and no risk level: certain"}
    ]


def test_a_fault_in_one_of_several_files_names_the_file(plan_file: Write) -> None:
    broken = plan_file("broken.json", tasks=[{"id": "B", "parent": "Z"}])

    said = fault("compare", plan_file(), broken)

    assert said.startswith(f"{broken}: tasks[0].parent: refers to “Z”")


def test_a_band_that_is_no_number_is_refused(plan_file: Write) -> None:
    assert "wider than zero" in fault("simulate", plan_file(), "--stop-band", "nan")
