"""What a release adds is built beside running work, where its table may be large by then."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddIndex, CreateModel, RunSQL

from lineo.accounts.indexes import BuildIndex

RELEASE: dict[str, str] = json.loads(
    Path(__file__).with_name("previous_release.json").read_text(encoding="utf-8")
)
BUILDS = re.compile(r"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)(?:IF NOT EXISTS )?\w+\s+ON (\w+)")


def migrations() -> list[Any]:
    """Return the migrations of our own apps, in the order in which they are applied."""
    loader = MigrationLoader(None)
    ours = {app for app, _name in loader.graph.nodes if _is_ours(loader, app)}
    ordered: dict[Any, None] = {}
    for leaf in loader.graph.leaf_nodes():
        if leaf[0] in ours:
            ordered.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    return [loader.graph.nodes[key] for key in ordered if key[0] in ours]


def _is_ours(loader: MigrationLoader, app: str) -> bool:
    module = loader.migrations_module(app)[0] or ""
    return module.startswith(("lineo.", "planning.", "simulations."))


def is_of_the_release(migration: Any) -> bool:
    last = RELEASE.get(migration.app_label, "")
    return migration.name <= last


def test_no_index_is_built_in_the_way_of_those_who_write() -> None:
    found, large = [], set()
    for migration in migrations():
        for operation in migration.operations:
            if isinstance(operation, CreateModel) and is_of_the_release(migration):
                large.add(f"{migration.app_label}_{operation.name.lower()}")
            if is_of_the_release(migration):
                continue
            if type(operation) is AddIndex:
                tables = [f"{migration.app_label}_{operation.model_name.lower()}"]
            elif isinstance(operation, RunSQL) and isinstance(operation.sql, str):
                tables = BUILDS.findall(operation.sql)
            else:
                continue
            found += [f"{migration}: {table}" for table in tables if table in large]

    assert "planning_task" in large
    assert found == []


def test_those_that_are_built_beside_running_work_stand_alone() -> None:
    for migration in migrations():
        if any(isinstance(one, BuildIndex) for one in migration.operations):
            assert not migration.atomic, migration


def test_each_can_be_taken_back() -> None:
    """Or says in its docstring why it can't be."""
    for migration in migrations():
        stuck = [type(one).__name__ for one in migration.operations if not one.reversible]
        explained = "no way back" in (sys.modules[type(migration).__module__].__doc__ or "")
        assert not stuck or explained, f"{migration}: {stuck}"
