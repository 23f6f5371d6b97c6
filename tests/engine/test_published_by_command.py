"""Published networks through the front door: ``simulate --json`` in a bare process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from planning.core.distributions import Exponential, Triangular
from planning.core.plan import Plan
from planning.interchange.planfile import plan_to_json
from tests.engine.building import (
    DAY,
    GENERAL_FOUNDRY,
    GENERAL_FOUNDRY_LINKS,
    PORTA_VAC,
    PORTA_VAC_LINKS,
    RELIABLE,
    RELIABLE_LINKS,
    THREE_POINTS,
    links,
    milestone,
    network,
    plan_of,
    task,
)

ROOT = Path(__file__).parents[2]
ITERATIONS = 40_000
Told = Callable[[Plan], dict[str, Any]]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    def run(plan: Plan) -> dict[str, Any]:
        path = tmp_path / "plan.json"
        path.write_text(plan_to_json(plan), encoding="utf-8")
        finished = subprocess.run(
            [sys.executable, "manage.py", "simulate", str(path), "--json",
             "--iterations", str(ITERATIONS)],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
        assert finished.stderr == ""
        found: dict[str, Any] = json.loads(finished.stdout)
        return found

    return run


def by_target(points: THREE_POINTS, pairs: str, target: datetime, law: type) -> Plan:
    plan = network(points, pairs, law)
    return plan_of(plan.tasks, plan.dependencies, target=target)


def test_general_foundry(told: Told) -> None:
    found = told(network(GENERAL_FOUNDRY, GENERAL_FOUNDRY_LINKS))

    days = found["duration_days"]
    assert days["mean"] == pytest.approx(15.234, abs=4 * 1.712 / ITERATIONS**0.5 + 0.0005)
    assert days["sd"] == pytest.approx(1.712, abs=0.03)
    assert days["percentiles"]["80"] == pytest.approx(16.662, abs=0.05)
    assert found["tasks"][0]["criticality"] == pytest.approx(0.739, abs=0.01)


def test_reliable_construction_by_its_target(told: Told) -> None:
    """47 working days from Monday 5 January end on Tuesday 10 March."""
    target = datetime(2026, 3, 10, 17)

    found = told(by_target(RELIABLE, RELIABLE_LINKS, target, Triangular))

    assert found["finish"]["p_target"] == pytest.approx(0.594, abs=0.011)
    assert found["duration_days"]["percentiles"]["80"] == pytest.approx(49.38, abs=0.15)


def test_porta_vac_by_its_target(told: Told) -> None:
    """21 working days end on Monday 2 February; one path alone would give 0.861."""
    target = datetime(2026, 2, 2, 17)

    found = told(by_target(PORTA_VAC, PORTA_VAC_LINKS, target, Triangular))

    assert found["finish"]["p_target"] == pytest.approx(0.785, abs=0.01)
    assert found["duration_days"]["mean"] == pytest.approx(19.18, abs=0.05)


def test_the_bridge(told: Told) -> None:
    tasks = [task(key, Exponential(10 * DAY)) for key in "ABCDE"]
    bridge = plan_of([*tasks, milestone("Z")], links("AC AD BE DE CZ EZ"))

    found = told(bridge)

    sd = 10 * (1663 / 576) ** 0.5
    assert found["duration_days"]["mean"] == pytest.approx(
        10 * 83 / 24, abs=4 * sd / ITERATIONS**0.5 + 0.005
    )
