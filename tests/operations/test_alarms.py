"""Each alarm has its paragraph, and speaks of figures that there are."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
RINGING = ROOT / "tests/operations/alarms.yml"
ALARMS: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load((ROOT / "deploy/alarms.yml").read_text())["groups"]
    for rule in group["rules"]
}
PARAGRAPHS = dict(
    re.findall(
        r"^#### `(\w+)`\n\n(.*?)(?=\n##)",
        (ROOT / "docs/operations.md").read_text(),
        re.MULTILINE | re.DOTALL,
    )
)
# What the node exporter tells, and Prometheus itself.
ELSEWHERE = {"up", "node_filesystem_avail_bytes", "node_filesystem_size_bytes"}
FUNCTIONS = {"min", "max", "sum", "rate", "increase", "histogram_quantile", "time", "absent"}
WORDS = {"by", "and", "or", "offset", "le", "kind", "queue"}


def figures_of(expression: str) -> set[str]:
    """Return the names of the figures that an expression of Prometheus reads."""
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b\d+\w*", "", expression)
    return set(re.findall(r"[a-z_]+", bare)) - FUNCTIONS - WORDS


@pytest.fixture
def told(db: None, client: Client, settings: Any) -> str:
    """What ``/metrics`` says once a page has been answered."""
    settings.METRICS_TOKEN = "of-good-news"
    client.get("/api/v1/health/")
    return client.get("/metrics", headers={"Authorization": "Bearer of-good-news"}).text


def test_every_alarm_has_its_paragraph_and_no_paragraph_is_without_one() -> None:
    assert set(PARAGRAPHS) == set(ALARMS)


@pytest.mark.parametrize("name", ALARMS)
def test_it_says_what_it_means_what_to_look_at_and_what_to_do(name: str) -> None:
    parts = re.findall(r"^\*\*(\w[\w ]*)\*\*: (\S)", PARAGRAPHS[name], re.MULTILINE)

    assert [part for part, _first in parts] == ["Means", "Look at", "Do"]


@pytest.mark.parametrize("name", ALARMS)
def test_it_rings_for_figures_that_there_are(name: str, told: str, tmp_path: Path) -> None:
    asked = figures_of(ALARMS[name]["expr"]) - ELSEWHERE
    by_the_backup = {one for one in asked if one.startswith("lineo_backup_")}

    assert asked or name in ("LineoAway", "LineoDiskFills")
    for figure in asked - by_the_backup:
        assert re.search(rf"^# TYPE {re.sub('_bucket$', '', figure)} ", told, re.MULTILINE), figure


def test_the_figures_of_the_backup_are_told_by_the_backup(tmp_path: Path) -> None:
    from lineo.operations.backups import Backup, tell_prometheus

    tell_prometheus(tmp_path / "lineo.prom", Backup(tmp_path, {"a": "3 x", "b": "4 y"}))

    told = (tmp_path / "lineo.prom").read_text()
    asked = figures_of(ALARMS["LineoBackupIsOld"]["expr"])
    assert asked == {"lineo_backup_timestamp_seconds"}
    assert re.search(r"^lineo_backup_timestamp_seconds \d{10}$", told, re.MULTILINE)
    assert "lineo_backup_rows 7\n" in told
    assert [path.name for path in tmp_path.iterdir()] == ["lineo.prom"]


def test_every_alarm_is_heard_and_kept_silent_once() -> None:
    hours = yaml.safe_load(RINGING.read_text())["tests"]
    asked = [rule for hour in hours for rule in hour["alert_rule_test"]]

    assert {rule["alertname"] for rule in asked if rule.get("exp_alerts")} == set(ALARMS)
    assert {rule["alertname"] for rule in asked if not rule.get("exp_alerts")} == set(ALARMS)


@pytest.mark.skipif(not shutil.which("promtool"), reason="there is no promtool (of prometheus)")
def test_prometheus_itself_lets_each_ring_when_it_should_and_then_alone() -> None:
    ran = subprocess.run(
        ["promtool", "test", "rules", str(RINGING)], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("rule", ALARMS.values(), ids=str)
def test_somebody_is_woken_up_or_not(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"]
