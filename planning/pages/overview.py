"""What the pages of projects and of one project show, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from lineo.accounts.models import Membership
from planning import selectors
from planning.drawing.strips import Finish, StripChart, strip_chart
from planning.models import ForecastRecord, Project, Scenario

SURE_ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class Headline:
    """What a scenario's forecast says in one line, or why it says nothing."""

    target: datetime | None
    chance: float | None
    p50: datetime | None
    p80: datetime | None
    is_out_of_date: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project with the headline of its baseline."""

    name: str
    code: str
    status: str
    url: str
    headline: Headline
    finish: Finish | None

    @property
    def target(self) -> datetime | None:
        return self.headline.target

    @property
    def chance(self) -> float | None:
        return self.headline.chance

    @property
    def p50(self) -> datetime | None:
        return self.headline.p50

    @property
    def p80(self) -> datetime | None:
        return self.headline.p80


def headline_of(scenario: Scenario) -> Headline:
    """Return the headline of a scenario's forecast."""
    return Headline(
        target=scenario.target,
        chance=scenario.forecast_p_target,
        p50=scenario.forecast_p50,
        p80=scenario.forecast_p80,
        is_out_of_date=scenario.has_forecast and not scenario.forecast_is_current,
        reason="" if scenario.forecast_p80 else _reason(scenario),
    )


def project_rows(membership: Membership | None) -> list[ProjectRow]:
    """Return the live projects, the one most in danger first."""
    # The selector prefetches each project's baseline under a name of its own.
    found: list[Any] = list(selectors.project_overview(membership))
    pairs = [(project, project.baselines[0]) for project in found if project.baselines]
    records = last_records([baseline for _, baseline in pairs])
    rows = [_row(project, baseline, records.get(baseline.pk)) for project, baseline in pairs]
    return sorted(rows, key=lambda row: (row.chance is None, row.chance or 0.0, row.name))


def strip_of(rows: Sequence[ProjectRow]) -> StripChart | None:
    """Return every project's finish on one axis."""
    return strip_chart([row.finish for row in rows])


def most_in_danger(rows: Sequence[ProjectRow]) -> ProjectRow | None:
    """Return the project whose target has the smallest chance, if that is too small."""
    endangered = [row for row in rows if row.chance is not None and row.chance < SURE_ENOUGH]
    return min(endangered, key=lambda row: row.chance or 0.0, default=None)


def _row(project: Project, baseline: Scenario, record: ForecastRecord | None) -> ProjectRow:
    return ProjectRow(
        name=project.name,
        code=project.code,
        status=project.get_status_display(),
        url=reverse("planning:project", args=[project.pk]),
        headline=headline_of(baseline),
        finish=finish_of(baseline, record),
    )


def finish_of(scenario: Scenario, record: ForecastRecord | None) -> Finish | None:
    """Return what a strip shows of a scenario's newest forecast, None where there is none."""
    if record is None or not (record.p10 and record.p50 and record.p80 and record.p90):
        return None
    return record.p10, record.p50, record.p80, record.p90, scenario.target


def last_records(scenarios: Sequence[Scenario]) -> dict[UUID, ForecastRecord]:
    """Return the newest forecast of each scenario, in one query."""
    rows = ForecastRecord.objects.filter(scenario__in=scenarios)
    newest = rows.order_by("scenario_id", "-created_at").distinct("scenario_id")
    return {record.scenario_id: record for record in newest}


def _reason(scenario: Scenario) -> str:
    return scenario.why_no_forecast or _("Not simulated yet")
