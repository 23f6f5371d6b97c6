"""What the page shows: the parts that sum to the whole, and a paragraph to edit and post."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning import selectors
from planning.core.edits import Edit
from planning.core.sentences import told
from planning.models import ForecastRecord, Project
from planning.templatetags.look import long_date, signed_days
from simulations.explaining.models import Movement

BAR = 480.0
LEAST_DAYS = 0.05
CAUSES = {
    "progress": gettext_lazy("Progress"),
    "scope": gettext_lazy("Scope"),
    "estimates": gettext_lazy("Estimates"),
    "links": gettext_lazy("Links and constraints"),
    "calendars": gettext_lazy("Calendars and settings"),
    "risks": gettext_lazy("Risks"),
    "data_date": gettext_lazy("Data date"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What one kind of change did, as a step of the waterfall."""

    title: str
    days: float
    lines: Sequence[str]
    x: str
    width: str
    is_later: bool


@dataclass(frozen=True, slots=True)
class MovedPage:
    """The whole, its parts, what was left out, and the draft."""

    days: float
    parts: list[Part]
    inert: Sequence[str]
    circles: Sequence[str]
    iterations: int
    seed: int
    narrative: str


def forecasts_of_project(project: Project) -> list[ForecastRecord]:
    """Return the last forecasts of a project's scenarios, the newest first."""
    return list(readable_forecasts(project)[:60])


def readable_forecasts(project: Project) -> QuerySet[ForecastRecord]:
    """Return the forecasts of those of a project's scenarios that whoever asks may read."""
    scenarios = selectors.readable_scenarios_of(project)
    rows = ForecastRecord.objects.filter(scenario__in=scenarios, p80__isnull=False)
    return selectors.with_scenario(rows)


def result_of(movement: Movement) -> dict[str, Any] | None:
    """Return what a movement found, its changes told in the language of whoever reads."""
    found: dict[str, Any] | None = movement.result
    return {**found, "parts": [_told(part) for part in found["parts"]]} if found else None


def _told(part: dict[str, Any]) -> dict[str, Any]:
    if "edits" not in part:  # of a movement that was told when it was found
        return part
    edits = map(Edit.from_json, part["edits"])
    lines = [sentence.text for sentence in told(edits, part["names"])]
    return {"cause": part["cause"], "days": part["days"], "lines": lines}


def moved_page(movement: Movement) -> MovedPage | None:
    """Return what a movement says; None where its job has not ended."""
    found = result_of(movement)
    if not found:
        return None
    parts = sorted(found["parts"], key=lambda part: -abs(part["days"]))
    steps = _steps([part["days"] for part in parts])
    return MovedPage(
        days=found["delta_days"],
        parts=[
            Part(
                title=str(CAUSES[part["cause"]]),
                days=part["days"],
                lines=part["lines"],
                x=f"{left:.1f}",
                width=f"{max(width, 1.5):.1f}",
                is_later=part["days"] > 0,
            )
            for part, (left, width) in zip(parts, steps, strict=True)
        ],
        inert=found["inert"],
        circles=found["circles"],
        iterations=found["iterations"],
        seed=found["seed"],
        narrative=narrative_of(movement, parts, found["delta_days"]),
    )


def draft_of(movement: Movement) -> str:
    """Return the update that a movement drafts, for a person to edit and post; "" without one."""
    page = moved_page(movement)
    return page.narrative if page else ""


def narrative_of(movement: Movement, parts: Sequence[dict[str, Any]], days: float) -> str:
    """Return a paragraph that says what happened, for a person to edit."""
    first, second = movement.first, movement.second
    said = _("P80 moved from %(before)s to %(after)s (%(days)s).") % {
        "before": long_date(first.p80),
        "after": long_date(second.p80),
        "days": signed_days(days),
    }
    because = [
        _("%(cause)s: %(days)s%(because)s.")
        % {
            "cause": CAUSES[part["cause"]],
            "days": signed_days(part["days"]),
            "because": f" ({part['lines'][0]})" if part["lines"] else "",
        }
        for part in parts
        if abs(part["days"]) >= LEAST_DAYS
    ]
    return " ".join([said, *because])


def _steps(days: Sequence[float]) -> list[tuple[float, float]]:
    """Return where each part begins and how wide it is, one after the other."""
    edges = [0.0]
    for one in days:
        edges.append(edges[-1] + one)
    low, span = min(edges), (max(edges) - min(edges)) or 1.0
    return [
        ((min(start, end) - low) / span * BAR, abs(end - start) / span * BAR)
        for start, end in pairwise(edges)
    ]
