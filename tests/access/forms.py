"""A good form for pages that write, so that only the role can refuse it.

Keys are those of ``one_of_each``: L1 → L2, and L3.
"""

from typing import Any

FORMS: dict[str, Any] = {
    "planning:create-project": {
        "name": "Bridge",
        "start": "2026-01-05",
        "type": "other",
        "time_zone": "UTC",
    },
    "planning:add-task": {"name": "Roof"},
    "planning:branch-scenario": {"name": "What if"},
    "planning:link-tasks": {"from": "L2", "to": "L3", "type": "FS"},
    "planning:change-link": {"from": "L1", "to": "L2", "type": "FS", "lag": "1d"},
    "planning:unlink-tasks": {"from": "L1", "to": "L2", "type": "FS"},
    "planning:reschedule-task": {"start": "2026-02-02T10:00"},
    "planning:resize-task": {"duration": "4d"},
    "planning:delete-task": {},
    "planning:delete-risk": {},
    "planning:insert-task": lambda ids: {"before": ids["tasks"], "name": "First"},
    "planning:delete-tasks": lambda ids: {"tasks": ids["tasks"]},
    "planning:move-tasks": lambda ids: {"tasks": ids["tasks"], "step": "1"},
    "planning:set-cells": lambda ids: {
        "tasks": ids["tasks"],
        "column": "name",
        "value": "Dug",
    },
    "planning:edit-together": lambda ids: {"tasks": ids["tasks"], "priority": "2"},
    "planning:paste": {"text": "Roof\t3d"},
    "planning:sort-rows": {"column": "name"},
    "planning:collapse-all": {},
    "planning:set-zoom": {"zoom": "week"},
    "portfolio:add-goal": {"by": "2026-03-31", "wanted": "80"},
    "portfolio:goal": {"by": "2026-03-31", "wanted": "70"},
    "portfolio:shown": lambda ids: {"scenario": ids["scenarios"]},
    "simulations:forecast-merge": lambda ids: {"from": ids["others"]},
    "simulations:simulate": {"iterations": "1000", "seed": "1"},
}


def form_for(name: str, ids: dict[str, Any]) -> dict[str, Any]:
    """Return the form of a page, or one that says nothing."""
    form = FORMS.get(name, {"nothing": "1"})
    return form(ids) if callable(form) else form
