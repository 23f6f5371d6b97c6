"""What rules hide of a plan from whoever asks: "Restricted task".

Rows of tasks that are read in a request of such a person come out bare (see
:meth:`planning.models.Task.from_db`); plans are seen through
:func:`planning.snapshot.shown`. Whoever writes reads the whole plan: a plan
seen through the veil must never be stored. Without a request nothing is hidden.
"""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.translation import gettext as _

from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.asker import asker
from lineo.accounts.policy import verdicts_on
from lineo.accounts.scopes import TaskInProject
from planning.core.concealing import concealed, hidden_keys
from planning.core.plan import Plan

Figure = TypeVar("Figure")

_lifted: ContextVar[bool] = ContextVar("planning_veil_lifted", default=False)

# Down from each denied task, as far as no task is allowed again.
_HIDDEN = """
WITH RECURSIVE named AS (
    SELECT * FROM unnest(%(projects)s::uuid[], %(keys)s::text[], %(allows)s::bool[])
        AS n(project_id, key, allows)
), hidden AS (
    SELECT t.id, t.key, t.scenario_id, s.project_id
    FROM planning_scenario s
    JOIN named n ON n.project_id = s.project_id AND NOT n.allows
    JOIN planning_task t
        ON t.workspace_id = s.workspace_id AND t.scenario_id = s.id AND t.key = n.key
    WHERE s.workspace_id = %(workspace)s
  UNION
    SELECT c.id, c.key, c.scenario_id, h.project_id
    FROM hidden h
    JOIN planning_task c ON c.parent_id = h.id
    LEFT JOIN named n ON n.project_id = h.project_id AND n.key = c.key
    WHERE n.allows IS NOT TRUE
)
SELECT id, scenario_id, project_id, key FROM hidden
"""

# What a bare row keeps; each other column of a task is as in a new one.
_KEPT = frozenset(
    {
        "id", "workspace_id", "scenario_id", "key", "number", "parent_id", "position", "kind",
        "duration_minutes", "elapsed", "version", "start", "finish", "early_start",
        "early_finish", "late_start", "late_finish", "total_float_minutes",
        "free_float_minutes", "is_critical", "on_longest_path",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Hidden:
    """The rows that are hidden from a person: by id, and by key within scenarios and projects."""

    ids: frozenset[UUID] = frozenset()
    keys: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    by_project: Mapping[UUID, frozenset[str]] = field(default_factory=dict)

    def in_scenario(self, scenario_id: UUID) -> frozenset[str]:
        """Return the keys that are hidden there."""
        return self.keys.get(scenario_id, frozenset())


_NOTHING = Hidden()


def restricted_name() -> str:
    """Return what a hidden task is called."""
    return _("Restricted task")


@contextmanager
def lifted() -> Iterator[None]:
    """Read rows as they are, to write them or to compute with them."""
    token = _lifted.set(True)
    try:
        yield
    finally:
        _lifted.reset(token)


def hidden() -> Hidden:
    """Return what is hidden from whoever asks; read once a request, mostly nothing."""
    verdicts = _verdicts()
    who = asker()
    if who is None or all(verdicts.values()):
        return _NOTHING
    known: Hidden | None = getattr(who, "veil", None)
    if known is None:
        known = _read(who.workspace_id, verdicts)
        who.veil = known  # type: ignore[attr-defined]
    return known


def hidden_ids() -> frozenset[UUID]:
    """Return the ids of the tasks that are hidden from whoever asks, unless the veil is lifted."""
    return frozenset() if _lifted.get() or asker() is None else hidden().ids


def forget() -> None:
    """Ask the rows anew: a plan was written in this request."""
    if hasattr(asker(), "veil"):
        del asker().veil  # type: ignore[union-attr]


def is_drawn(project_id: UUID) -> bool:
    """Return whether rules hide tasks of this project from whoever asks."""
    return not all(verdicts_in(project_id).values())


def drawn_projects() -> set[UUID]:
    """Return the projects of which rules hide tasks from whoever asks."""
    return {place.project_id for place, allowed in _verdicts().items() if not allowed}


def verdicts_in(project_id: UUID) -> dict[str, bool]:
    """Return what rules say of reading single tasks of a project, by task key."""
    return {
        place.key: allowed
        for place, allowed in _verdicts().items()
        if place.project_id == project_id
    }


def closed_scenarios() -> frozenset[UUID]:
    """Return the scenarios that rules keep from whoever asks, also those that are gone."""
    who = asker()
    if who is None:
        return frozenset()
    verdicts = verdicts_on(who, Action.READ).items()
    return frozenset(
        scope.id
        for scope, allowed in verdicts
        if not allowed and scope.kind == ScopeKind.SCENARIO and isinstance(scope.id, UUID)
    )


def without_hidden(by_key: Mapping[str, Figure], scenario_id: UUID) -> Mapping[str, Figure]:
    """Return what is known of a scenario's tasks by key, without those that are hidden there."""
    keys = hidden().in_scenario(scenario_id)
    return {key: one for key, one in by_key.items() if key not in keys} if keys else by_key


def refuse(project_id: UUID) -> None:
    """Raise ``PermissionDenied`` for what takes the whole plan into account, said row by row."""
    if is_drawn(project_id):
        raise PermissionDenied(_("Parts of this plan are hidden from you, so this is not for you."))


def over(plan: Plan, project_id: UUID) -> Plan:
    """Return the plan as whoever asks may see it."""
    verdicts = verdicts_in(project_id)
    if all(verdicts.values()):
        return plan
    return concealed(plan, hidden_keys(plan, verdicts), restricted_name())


def bare(row: Any) -> Any:
    """Take from a task's row what it says, if it is hidden from whoever asks."""
    if row.pk not in hidden_ids():
        return row
    for name, value in bare_values(type(row), row.__dict__).items():
        setattr(row, name, value)
    return row


def bare_values(model: Any, columns: Container[str]) -> dict[str, Any]:
    """Return what those of ``columns`` hold in the row of a hidden task that say something."""
    told = (field for field in model._meta.concrete_fields if field.attname in columns)
    values = {field.attname: field.get_default() for field in told if field.attname not in _KEPT}
    return values | {"name": restricted_name()}


def without_figures(row: Any) -> Any:
    """Take from an update what the forecast of a scenario said that is hidden from whoever asks.

    Of a forecast that is gone nobody can tell any more whose it was.
    """
    closed = closed_scenarios()
    if closed and row.forecast_id not in _open_records(type(row), closed):
        row.forecast_id = row.p50 = row.p80 = row.chance = None
    return row


def _open_records(model: Any, closed: frozenset[UUID]) -> frozenset[UUID]:
    """Return the forecasts that updates are pinned to and their reader may know; read once."""
    who: Any = asker()
    if not hasattr(who, "open_records"):
        known = model._base_manager.exclude(forecast=None).exclude(forecast__scenario__in=closed)
        who.open_records = frozenset(known.values_list("forecast_id", flat=True))
    found: frozenset[UUID] = who.open_records
    return found


def _verdicts() -> dict[TaskInProject, bool]:
    who = asker()
    if who is None:
        return {}
    return {
        scope.id: allowed
        for scope, allowed in verdicts_on(who, Action.READ).items()
        if isinstance(scope.id, TaskInProject)
    }


def _read(workspace_id: UUID, verdicts: Mapping[TaskInProject, bool]) -> Hidden:
    keys: dict[UUID, set[str]] = defaultdict(set)
    by_project: dict[UUID, set[str]] = defaultdict(set)
    ids = set()
    with connection.cursor() as cursor:
        cursor.execute(
            _HIDDEN,
            {
                "workspace": workspace_id,
                "projects": [place.project_id for place in verdicts],
                "keys": [place.key for place in verdicts],
                "allows": list(verdicts.values()),
            },
        )
        for pk, scenario_id, project_id, key in cursor.fetchall():
            ids.add(pk)
            keys[scenario_id].add(key)
            by_project[project_id].add(key)
    return Hidden(frozenset(ids), _frozen(keys), _frozen(by_project))


def _frozen(keys: Mapping[UUID, set[str]]) -> dict[UUID, frozenset[str]]:
    return {pk: frozenset(found) for pk, found in keys.items()}
