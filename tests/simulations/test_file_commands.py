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
