"""The description is good enough to make a client from, which then plans, simulates and reads."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from openapi_python_client.cli import app as generator
from typer.testing import CliRunner

from lineo.accounts import tokens
from lineo.accounts.models import Role, TokenScope
from lineo.api.docs import description
from lineo.jobs.entry import run_waiting
from tests.builders import make_team

NAME = "lineo_client_of_the_tests"


@pytest.fixture(scope="module")
def client_package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Python package made from the description."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "schema.json").write_text(json.dumps(description()))
    (folder / "config.yaml").write_text("post_hooks: []\n")
    made = CliRunner().invoke(
        generator,
        [
            "generate",
            *("--path", str(folder / "schema.json"), "--config", str(folder / "config.yaml")),
            *("--output-path", str(folder / NAME), "--meta", "none", "--fail-on-warning"),
        ],
    )
    assert made.exit_code == 0, made.output
    sys.path.insert(0, str(folder))
    yield str(folder / NAME)
    sys.path.remove(str(folder))
    for name in [each for each in sys.modules if each.split(".")[0] == NAME]:
        del sys.modules[name]


def part(name: str) -> ModuleType:
    return importlib.import_module(f"{NAME}.{name}")


def test_every_operation_has_its_function(client_package: str) -> None:
    made = {path.stem for path in Path(client_package, "api").rglob("*.py")} - {"__init__"}
    described = {
        each["operationId"] for item in description()["paths"].values() for each in item.values()
    }

    assert made == described


@pytest.mark.usefixtures("client_package")
def test_an_agent_plans_simulates_and_reads_with_it(live_server: Any) -> None:
    models = part("models")
    with connected(live_server.url) as client:
        project = call(client, "projects.add_project", body=models.ProjectNew(name="Shed"))
        scenario = project.baseline.scenario
        dig = add_task(client, scenario, "Dig", "2..3..8d")
        pour = add_task(client, scenario, "Pour", "1..2..4d")
        link = models.DependencyNew(from_=dig.key, to=pour.key)
        call(client, "dependencies.add_dependency", scenario, body=link)
        twice = [
            call(
                client,
                "simulations.start_simulation",
                scenario,
                body=models.SimulationNew(iterations=1000, seed=7),
                idempotency_key="once",
            )
            for _ in range(2)
        ]
        run_waiting()

        done = call(client, "jobs.read_job", twice[0].job.id)
        tasks = call(client, "tasks.list_tasks", scenario)
        forecast = call(client, "simulations.read_forecast", scenario)
        stale = call(
            client,
            "tasks.change_task",
            dig.id,
            body=models.TaskChange(name="Dug"),
            if_match='"99"',
        )

    assert twice[0].id == twice[1].id
    assert done.state == "done"
    assert [task.name for task in tasks.results] == ["Dig", "Pour"]
    assert forecast.is_current
    assert forecast.headline.p80
    assert isinstance(stale, models.Error)
    assert stale.error.code == "precondition_failed"


def connected(url: str) -> Any:
    team = make_team(role=Role.OWNER)
    with team.context():
        minted = tokens.create_token(
            team.membership, name="Agent", scopes=TokenScope.values, days=1, actor=team.membership
        )
    return part("client").AuthenticatedClient(base_url=url, token=minted.secret)


def add_task(client: Any, scenario: UUID, name: str, estimate: str) -> Any:
    body = part("models").TaskNew(name=name, estimate=estimate)
    return call(client, "tasks.add_task", scenario, body=body)


def call(client: Any, operation: str, *ids: Any, **given: Any) -> Any:
    return part(f"api.{operation}").sync(*ids, client=client, **given)
