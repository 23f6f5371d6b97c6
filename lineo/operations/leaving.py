"""Everything that a workspace has, as one file that others can read.

Read by the serving role within the walls, so it can hold nothing of another workspace.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.text import slugify

from lineo import __version__
from lineo.accounts.models import Workspace
from lineo.accounts.tenancy import workspace_context
from lineo.operations.files import files_of
from lineo.operations.tables import workspace_tables
from planning import snapshot
from planning.interchange.planfile import plan_to_json
from planning.models import Scenario

# What would let whoever holds the file act as somebody, and is of no use to anybody else.
_SECRETS = ("secret", "hash", "digest", "password", "token", "key_hash")
_DEFLATED = zipfile.ZIP_DEFLATED
# Some tables stand outside the walls, such as the keys by which tokens are found.
_READ = 'SELECT row_to_json(t)::text FROM "{table}" t WHERE workspace_id = %s ORDER BY 1'


def export(workspace: Workspace, path: Path) -> dict[str, int]:
    """Write ``workspace`` into a new zip file; return how many rows of each table it holds.

    It holds each table as lines of JSON, each scenario as a plan file, and what was uploaded.

    Raises
    ------
    FileExistsError
        If there is a file already.
    OSError
        If it can't be written; then nothing is left of it.
    """
    with path.open("xb") as file:
        try:
            with zipfile.ZipFile(file, "w", _DEFLATED) as packed, workspace_context(workspace):
                return _write(packed, workspace)
        except BaseException:
            path.unlink()
            raise


def _write(packed: zipfile.ZipFile, workspace: Workspace) -> dict[str, int]:
    counts = {table: _write_table(packed, table, workspace) for table in workspace_tables()}
    _write_plans(packed)
    for storage, name in files_of(workspace.pk):
        with storage.open(name) as upload:
            packed.writestr(f"uploads/{name}", upload.read())
    manifest = {
        "lineo": __version__,
        "workspace": {"id": str(workspace.pk), "name": workspace.name, "slug": workspace.slug},
        "made_at": timezone.now().isoformat(),
        "rows": counts,
    }
    packed.writestr("manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False))
    return counts


def _write_table(packed: zipfile.ZipFile, table: str, workspace: Workspace) -> int:
    count = 0
    with packed.open(f"tables/{table}.jsonl", "w") as lines, connection.cursor() as cursor:
        cursor.execute(_READ.format(table=table), [workspace.pk])
        for (row,) in cursor:
            lines.write(json.dumps(_without_secrets(json.loads(row))).encode() + b"\n")
            count += 1
    return count


def _without_secrets(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in row.items() if not any(part in name for part in _SECRETS)
    }


def _write_plans(packed: zipfile.ZipFile) -> None:
    for scenario in Scenario.objects.select_related("project").order_by("project__name", "name"):
        names = [slugify(text)[:60] or "plan" for text in (scenario.project.name, scenario.name)]
        plan = plan_to_json(snapshot.cached(scenario).plan)
        packed.writestr(f"plans/{names[0]}/{names[1]}-{scenario.pk}.json", plan)
