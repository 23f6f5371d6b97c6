"""What happened in a project, the newest first: updates, decisions, forecasts and changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Lag
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from lineo.accounts.models import User
from lineo.activity.models import Change
from lineo.talk import selectors
from lineo.talk.markdown import render
from planning import selectors as planning
from planning import veil
from planning.api import reads
from planning.change_veil import seen_changes
from planning.models import ForecastRecord, Project, Promotion, Scenario, Update

ROWS = 50
SHOWN_CHANGES = 6
KINDS = {
    "updates": _("Updates"),
    "promotions": _("Decisions"),
    "forecasts": _("Forecasts"),
    "changes": _("Changes"),
}


class Event(Protocol):
    """One row of any kind, at its moment."""

    created_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the timeline; which fields it has depends on ``kind``."""

    kind: str
    at: datetime
    actor: User | None
    colour: str = ""
    scenario: str = ""
    scenario_id: UUID | None = None
    update: Update | None = None
    html: SafeString | None = None
    comments: int = 0
    promotion: Promotion | None = None
    forecast: ForecastRecord | None = None
    days: float | None = None
    changes: list[Change] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of it, and from where the next one goes on."""

    entries: list[Entry]
    before: datetime | None


def timeline_of(
    project: Project, who: planning.Who, *, only: str = "", before: datetime | None = None
) -> Timeline:
    """Return what happened in the project until ``before``, of one kind or of all."""
    known = {one.pk: one for one in planning.scenarios_for(who).filter(project=project)}
    earlier = Q() if before is None else Q(created_at__lt=before)
    events: list[Any] = []
    for kind, rows in _sources(project, who, known).items():
        if only in ("", kind):
            events += rows.filter(earlier).order_by("-created_at", "-pk")[: ROWS + 1]
    events.sort(key=lambda event: event.created_at, reverse=True)
    shown = events[:ROWS]
    comments = selectors.counts_by_update([one for one in shown if isinstance(one, Update)])
    seen_changes([one for one in shown if isinstance(one, Change)])
    return Timeline(
        list(_entries(shown, known, comments)),
        shown[-1].created_at if len(events) > ROWS else None,
    )


def _sources(
    project: Project, who: planning.Who, known: dict[UUID, Scenario]
) -> dict[str, QuerySet[Any]]:
    former = Window(Lag("p80"), partition_by=F("scenario"), order_by="created_at")
    forecasts = ForecastRecord.objects.filter(scenario__in=known, p80__isnull=False)
    return {
        "updates": planning.with_scenario(reads.updates(who).filter(project=project)),
        "promotions": planning.promotions_of(project),
        "forecasts": forecasts.annotate(former_p80=former),
        "changes": Change.objects.filter(
            project_id=project.pk, subject_kind="scenario", subject_id__in=known
        )
        .select_related("actor")
        .defer(*(() if veil.is_drawn(project.pk) else ("edits",))),
    }


def _entries(
    events: list[Any], known: dict[UUID, Scenario], comments: dict[UUID, int]
) -> Iterator[Entry]:
    """Yield the entries; what one person did to one plan without a pause is one of them."""
    for key, group in groupby(events, _run):
        rows = list(group)
        if key[0] == "changes":
            yield _changes(rows, known)
        else:
            yield from (_entry(row, known, comments) for row in rows)


def _run(event: Event) -> tuple[Any, ...]:
    if isinstance(event, Change):
        day = timezone.localtime(event.created_at).date()
        return "changes", event.subject_id, event.actor_id, day
    return (type(event).__name__,)


def _entry(row: Any, known: dict[UUID, Scenario], comments: dict[UUID, int]) -> Entry:
    match row:
        case Update():
            return Entry(
                "update",
                row.created_at,
                row.author,
                **_place(known.get(row.scenario_id) if row.scenario_id else None),
                update=row,
                html=render(row.body),
                comments=comments.get(row.pk, 0),
            )
        case Promotion():
            colour = known[row.scenario_id].colour if row.scenario_id in known else ""
            return Entry(
                "promotion",
                row.created_at,
                row.actor,
                colour=colour,
                scenario=row.scenario_name,
                promotion=row,
            )
    return Entry(
        "forecast",
        row.created_at,
        None,
        **_place(known[row.scenario_id]),
        forecast=row,
        days=(row.p80 - row.former_p80).total_seconds() / 86_400 if row.former_p80 else None,
    )


def _changes(rows: list[Change], known: dict[UUID, Scenario]) -> Entry:
    return Entry(
        "changes",
        rows[0].created_at,
        rows[0].actor,
        **_place(known[rows[0].subject_id]),
        changes=rows[:SHOWN_CHANGES],
        more=len(rows) - len(rows[:SHOWN_CHANGES]),
    )


def _place(scenario: Scenario | None) -> dict[str, Any]:
    if scenario is None:
        return {}
    return {"colour": scenario.colour, "scenario": scenario.name, "scenario_id": scenario.pk}
