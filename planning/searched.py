"""The plans in which a search looks, and those that are found by their own name: one query."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower

from lineo.alphabet import in_alphabet
from planning import access, selectors
from planning.models import Project, Scenario

Named = TypeVar("Named", Scenario, Project)
ENOUGH_HITS = 5
_NAMES = (
    "name", "is_baseline", "project__name", "project__code", "project__archived_at",
    "project__workspace_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Searched:
    """What a person may read of plans: where tasks are sought, and what is called as they typed.

    ``opened`` is the plan that they look at, if they may.
    """

    plans: Mapping[UUID, Scenario]
    opened: UUID | None
    named_plans: list[Scenario]
    named_projects: list[Project]


def searched(membership: selectors.Who, text: str, opened: UUID | None) -> Searched:
    """Read the open plan, every other project's baseline, and what is named like ``text``."""
    readable = selectors.scenarios_for(membership).filter(archived_at__isnull=True)
    is_named, is_project_named = Q(name__icontains=text), _named(text, "project__")
    first_named = readable.filter(is_named).order_by(Lower("name")).values("pk")[:ENOUGH_HITS]
    rows = list(
        readable.filter(Q(is_baseline=True) | Q(pk=opened) | Q(pk__in=first_named))
        .annotate(is_named=is_named, is_project_named=is_project_named)
        .only(*_NAMES)
        .order_by("project_id")
    )
    here = next((row for row in rows if row.pk == opened), None)
    plans = {
        row.pk: row
        for row in rows
        if row is here or (row.is_baseline and (here is None or row.project_id != here.project_id))
    }
    named = [row for row in rows if row.__dict__["is_named"]]
    return Searched(
        plans,
        here.pk if here else None,
        _first(named),
        _first(_projects(membership, text, rows)),
    )


def _first(rows: Iterable[Named]) -> list[Named]:
    return sorted(rows, key=lambda row: in_alphabet(row.name))[:ENOUGH_HITS]


def _projects(membership: selectors.Who, text: str, rows: Sequence[Scenario]) -> Iterator[Project]:
    """Yield the live projects that are named so: each has a baseline, which most may read."""
    if membership is not None and access.reads_all(membership):
        for row in rows:
            if row.is_baseline and row.__dict__["is_project_named"] and not row.project.archived_at:
                yield row.project
        return
    live = selectors.projects_for(membership).filter(archived_at__isnull=True)
    yield from live.filter(_named(text)).order_by(Lower("name"))[:ENOUGH_HITS]


def _named(text: str, of: str = "") -> Q:
    return Q((f"{of}name__icontains", text)) | Q((f"{of}code__iexact", text))
