"""The demo's forecasts, as a short table for a terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lineo.accounts.models import User
from lineo.accounts.tenancy import workspace_context
from lineo.jobs.models import ACTIVE, Job
from planning.models import Scenario
from planning.templatetags.look import percent


@dataclass(frozen=True)
class Headline:
    """One scenario's line of the table."""

    project: str
    scenario: str
    planned: datetime | None
    p50: datetime | None
    p80: datetime | None
    p_target: float | None


def headlines(person: User) -> list[Headline]:
    """Return the forecasts that ``person`` may see, by project, the baseline first."""
    found: list[Headline] = []
    for _workspace in _workspaces_of(person):
        live = {"archived_at": None, "project__archived_at": None}
        rows = Scenario.objects.select_related("project").filter(**live)
        ordered = rows.order_by("project__name", "-is_baseline", "created_at")
        found += [_headline(scenario) for scenario in ordered]
    return found


def are_coming(person: User) -> bool:
    """Return whether a simulation still waits or runs."""
    return any(
        Job.objects.filter(state__in=ACTIVE, kind="simulation").exists()
        for _workspace in _workspaces_of(person)
    )


def _workspaces_of(person: User) -> Iterator[UUID]:
    """Give each workspace of ``person`` while its context is open."""
    with workspace_context(None, person):
        workspaces = list(person.memberships.values_list("workspace_id", flat=True))
    for workspace in workspaces:
        with workspace_context(workspace, person):
            yield workspace


def _headline(scenario: Scenario) -> Headline:
    return Headline(
        project=scenario.project.name,
        scenario=scenario.name,
        planned=scenario.scheduled_finish,
        p50=scenario.forecast_p50,
        p80=scenario.forecast_p80,
        p_target=scenario.forecast_p_target,
    )


def table(rows: Sequence[Headline]) -> str:
    """Return ``rows`` as text, with columns as wide as their widest entry."""
    head = (_("Project"), _("Scenario"), _("Planned"), "P50", "P80", _("Target met"))
    cells = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    lines = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]
    return "\n".join([lines[0], "─" * max(map(len, lines)), *lines[1:]])


def _cells(row: Headline) -> tuple[str, ...]:
    dates = (f"{date:%Y-%m-%d}" if date else "–" for date in (row.planned, row.p50, row.p80))
    return (row.project, row.scenario, *dates, percent(row.p_target))
