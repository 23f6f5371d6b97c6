"""The commands on files: no database, no queue, no traceback."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from planning.interchange.planfile import plan_to_json
from planning.interchange.reading import read_plan
from tests.shared_data import shared_files

ROOT = Path(__file__).parents[2]
PLAN = {
    "lineo": 1,
    "project": {"name": "Foundry", "start": "2026-01-05T08:00"},
    "tasks": [{"id": "A", "duration": "5d"}, {"id": "B", "duration": "10d"}],
    "dependencies": [{"from": "A", "to": "B"}],
}


@pytest.fixture
def plan_file(tmp_path):
    def write(name: str = "plan.json", **changes) -> str:
        path = tmp_path / name
        path.write_text(json.dumps(PLAN | changes), encoding="utf-8")
        return str(path)

    return write


def run(*arguments: str) -> str:
    output = io.StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


def run_json(*arguments: str) -> dict:
    return json.loads(run(*arguments, "--json"))


def fault(*arguments: str) -> str:
    """Return what a command that fails says on stderr."""
    errors = io.StringIO()
    with pytest.raises(SystemExit) as exited:
        call_command(*arguments, stdout=io.StringIO(), stderr=errors)
    assert exited.value.code == 2
    return errors.getvalue().strip()


def test_schedule_gives_the_dates_in_the_words_of_the_contract(plan_file):
    data = run_json("schedule", plan_file())

    assert data["project"] == {
        "name": "Foundry",
        "start": "2026-01-05T08:00",
        "finish": "2026-01-23T17:00",
        "data_date": None,
        "minutes_per_day": 480,
    }
    assert data["import"] == {"dropped": [], "warnings": []}
    b = data["tasks"][1]
    assert (b["id"], b["start"], b["finish"]) == ("B", "2026-01-12T08:00", "2026-01-23T17:00")
    assert b["total_float_minutes"] == 0
    assert b["critical"] is True
    assert b["driven_by"] == [{"kind": "dependency", "id": "A", "type": "FS", "lag": "0d"}]
    assert {reason["kind"] for reason in b["limited_by"]} == {"project_finish"}


def test_whatever_has_tasks_below_it_is_a_summary(plan_file):
    tasks = [{"id": "S"}, {"id": "A", "parent": "S"}, {"id": "B"}]

    data = run_json("schedule", plan_file(tasks=tasks, dependencies=[]))

    assert [task["kind"] for task in data["tasks"]] == ["summary", "task", "task"]


def test_without_json_a_table_is_printed(plan_file):
    lines = run("schedule", plan_file()).splitlines()

    assert lines[0] == "Foundry: 2026-01-05 08:00 → 2026-01-23 17:00"
    assert lines[1].split() == ["task", "start", "finish", "float"]
    assert len(lines) == 4


def test_diff_lists_the_changes_and_what_they_do_to_the_finish(plan_file):
    longer = [PLAN["tasks"][0], {"id": "B", "duration": "12d"}]

    data = run_json("diff", plan_file(), plan_file("longer.json", tasks=longer))

    assert data == {
        "changes": [
            {
                "kind": "task",
                "key": "B",
                "what": "changed",
                "field": "duration",
                "from": "10d",
                "to": "12d",
            }
        ],
        "finish": {
            "from": "2026-01-23T17:00",
            "to": "2026-01-27T17:00",
            "delta_minutes": 960,
        },
    }


def test_diff_tells_people_in_sentences(plan_file):
    other = plan_file("other.json", dependencies=[])

    text = run("diff", plan_file(), other)

    assert "B: no longer after A" in text
    assert "(-5.0 d)" in text
    assert "alike" in run("diff", other, other)


def test_health_gives_fourteen_findings_whatever_is_found(plan_file):
    data = run_json("health", plan_file())

    assert len(data["findings"]) == 14
    assert set(data["findings"][0]) == {
        "check",
        "title",
        "status",
        "value",
        "threshold",
        "unit",
        "tasks",
        "advice",
    }
    assert len(data["best_practices"]) == 10
    assert "Missing logic" in run("health", plan_file())


@pytest.mark.parametrize("suffix", ["json", "xml", "xer", "csv"])
def test_convert_writes_what_reads_back_as_the_same_work(plan_file, tmp_path, suffix):
    target = tmp_path / f"out.{suffix}"

    run("convert", plan_file(), str(target))

    plan = read_plan(target.read_bytes()).plan
    assert [task.duration_minutes for task in plan.tasks if task.duration_minutes] == [2400, 4800]
    assert len(plan.dependencies) == 1


def test_convert_writes_dates_for_calendars(plan_file, tmp_path):
    target = tmp_path / "out.ics"

    run("convert", plan_file(), str(target))

    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_convert_writes_over_a_file_only_when_told_to(plan_file, tmp_path):
    target = tmp_path / "out.json"
    target.write_text("mine")

    assert "add --force" in fault("convert", plan_file(), str(target))
    assert target.read_text() == "mine"
    run("convert", plan_file(), str(target), "--force")
    assert read_plan(target.read_bytes()).plan.tasks
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.json", "plan.json"]


def test_convert_to_an_unknown_suffix_names_those_it_knows(plan_file, tmp_path):
    assert ".csv" in fault("convert", plan_file(), str(tmp_path / "out.mpp"))


def test_a_plan_file_is_converted_to_itself(plan_file, tmp_path):
    target = tmp_path / "out.json"

    run("convert", plan_file(), str(target))

    text = target.read_text(encoding="utf-8")
    assert plan_to_json(read_plan(text.encode()).plan) == text


@pytest.mark.parametrize("command", ["schedule", "health"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"{", "no valid JSON"),
        (b'{"lineo": 1}', "project: missing"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "as XML"),
        (json.dumps(PLAN | {"tasks": [{"id": "A", "cost": 1}]}).encode(), "cost: unknown field"),
        (
            json.dumps(
                PLAN | {"dependencies": [{"from": "A", "to": "B"}, {"from": "B", "to": "A"}]}
            ).encode(),
            "circle",
        ),
        (json.dumps(PLAN | {"dependencies": [{"from": "A", "to": "Z"}]}).encode(), "Z"),
    ],
)
def test_a_fault_is_one_sentence_and_exit_status_two(tmp_path, command, content, said):
    path = tmp_path / "plan.json"
    path.write_bytes(content)

    text = fault(command, str(path))

    assert said in text
    assert "\n" not in text
    assert "Traceback" not in text


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert "none.json" in fault("schedule", str(tmp_path / "none.json"))
    assert str(tmp_path) in fault("schedule", str(tmp_path))


def process(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a bare process whose every server is out of reach."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_fault_in_one_of_two_files_names_the_file(plan_file):
    broken = plan_file("broken.json", tasks=[{"id": "A", "duration": "soon"}], dependencies=[])

    assert fault("diff", plan_file(), broken).startswith(f"{broken}: tasks[0].duration: must be")


def test_convert_names_the_file_that_it_cannot_write(plan_file, tmp_path):
    nowhere = tmp_path / "nowhere" / "plan.csv"

    assert fault("convert", plan_file(), str(nowhere)) == f"{nowhere}: No such file or directory."


def test_a_command_that_is_stopped_prints_no_traceback(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = [sys.executable, str(ROOT / "manage.py"), "schedule", str(pipe)]
    program = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Whoever is started in a shell's background ignores it, and so would this one.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no thread
    )
    with program, pipe.open("wb"):  # which waits until the command has opened its end
        program.send_signal(signal.SIGINT)
        output, errors = program.communicate(timeout=60)

    assert (output, errors, program.returncode) == ("", "Stopped.\n", 130)


def test_no_database_no_queue_and_no_environment_is_needed(plan_file, tmp_path):
    finished = process(tmp_path, "schedule", plan_file(), "--json")

    assert finished.returncode == 0
    assert finished.stderr == ""
    assert json.loads(finished.stdout)["project"]["finish"] == "2026-01-23T17:00"


def test_a_wrong_argument_is_answered_in_one_sentence(tmp_path):
    finished = process(tmp_path, "schedule")

    assert finished.returncode == 2
    assert finished.stderr.count("\n") == 1
    assert "required: file" in finished.stderr


@pytest.mark.parametrize("file", shared_files("schedules/*.x*"), ids=lambda file: file.name)
def test_every_shared_schedule_is_scheduled_and_checked(file):
    data = run_json("schedule", str(file))

    assert all(task["start"] <= task["finish"] for task in data["tasks"])
    assert len(run_json("health", str(file))["findings"]) == 14
