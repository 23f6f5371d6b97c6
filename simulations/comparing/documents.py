"""A comparison as the versioned JSON of its row."""

from typing import Any

from simulations.engine.comparing.compared import Comparisons

DOCUMENT_VERSION = 1


def document_of(found: Comparisons) -> dict[str, Any]:
    """Return what ``compare --json`` prints, and the curves to draw."""
    document = {"version": DOCUMENT_VERSION, **found.to_json()}
    for words, figures in zip(document["plans"], found.plans, strict=True):
        words["points"] = [
            [moment.isoformat(timespec="minutes"), round(share, 5)]
            for moment, share in figures.points
        ]
    return document
