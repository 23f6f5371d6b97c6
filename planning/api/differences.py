"""What differs between two scenarios, or two moments of one."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from lineo.api.operations import operation
from lineo.api.queries import Query
from lineo.api.shapes import UUID as ID
from lineo.api.shapes import listing, record, shape, text, whole
from planning.api.history import EDIT
from planning.api.plan_shapes import KEY, definition
from planning.api.views import PlanningView
from planning.api.words import moment
from planning.core.differences import Move
from planning.pages.sides import Beside, Side, beside, sides_of

_DATE = definition("moment_or_null")
_REVISION = whole(1, 2**31 - 1)
_MINUTES = {"type": "integer"}
_SIDE = record({"scenario": ID, "revision": _REVISION})

DIFFERENCE = shape(
    "Difference",
    record(
        {
            "before": _SIDE,
            "after": _SIDE,
            "changes": listing(EDIT, 10_000_000),
            "sentences": listing(text(100_000), 10_000_000),
            "finish": record({"from": _DATE, "to": _DATE, "delta_minutes": _MINUTES}),
            "moves": listing(
                record(
                    {
                        "id": KEY,
                        "name": text(2000),
                        "from": _DATE,
                        "to": _DATE,
                        "delta_minutes": _MINUTES,
                    }
                ),
                1_000_000,
            ),
        },
        about="What `diff --json` prints, the same for people, and the tasks that move, the most"
        " moved first.",
    ),
)
QUERY = (
    Query("against", ID, "The scenario to set beside; else the source, else the baseline."),
    Query("revision", _REVISION, "At which revision of this scenario; else as it stands."),
    Query("against_revision", _REVISION, "At which revision of the other; else as it stands."),
)


class ScenarioDiff(PlanningView):
    """What changed, field by field, and what it does to the dates."""

    tag = "scenarios"

    @operation("diff_scenario", "Compare two scenarios", answers=DIFFERENCE, query=QUERY)
    def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
        """List only what changed, from the other scenario to this one.

        A baseline alone is compared with its own state one change ago.
        """
        sides = sides_of(
            self.scenario(scenario_id),
            self.membership,
            **{name: "" if value is None else str(value) for name, value in query.items()},
        )
        return Response(present(beside(*sides)))


def present(found: Beside) -> dict[str, Any]:
    """Return a difference as the API shows it."""
    what = found.difference
    return {
        "before": _side(found.before),
        "after": _side(found.after),
        "changes": [edit.to_json() for edit in what.edits],
        "sentences": [sentence.text for sentence in what.sentences],
        "finish": {
            "from": moment(what.finish_before),
            "to": moment(what.finish_after),
            "delta_minutes": what.finish_minutes,
        },
        "moves": [_move(move) for move in what.moves],
    }


def _side(side: Side) -> dict[str, Any]:
    return {"scenario": str(side.scenario.pk), "revision": side.revision}


def _move(move: Move) -> dict[str, Any]:
    return {
        "id": move.key,
        "name": move.name,
        "from": moment(move.before),
        "to": moment(move.after),
        "delta_minutes": move.minutes,
    }
