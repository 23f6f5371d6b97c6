"""A stored forecast as somebody sees it from whom parts of the plan are hidden."""

from typing import Any

from planning import snapshot, veil
from planning.models import Scenario

Document = dict[str, Any]


def forecast_of(scenario: Scenario) -> Document | None:
    """Return the forecast without what it says of tasks and risks that are hidden from the asker.

    The finish of the plan is everybody's who may read it; what one task is estimated at, how
    often it is late or what it costs tells of the task.
    """
    hidden = veil.hidden().in_scenario(scenario.pk)
    document: Document | None = scenario.forecast
    if document is None or not hidden:
        return document
    risks = {risk.key for risk in snapshot.shown_plan_of(scenario).risks}

    def is_told(entry: Document) -> bool:
        key = entry.get("id", entry.get("task"))
        return key in risks if entry.get("kind") == "risk" else key not in hidden

    kept = {name: _told(document.get(name), is_told) for name in ("tasks", "costs", "refinements")}
    return {
        **document,
        **kept,
        "risks": [risk for risk in document.get("risks", ()) if risk["id"] in risks],
        "merges": [
            merge
            for merge in document.get("merges", ())
            if is_told(merge) and not any(each["from"] in hidden for each in merge["branches"])
        ],
        "notes": [],
    }


def _told(entries: Any, is_told: Any) -> list[Document]:
    return [entry for entry in entries or () if is_told(entry)]
