"""The live forecast over HTTP: a preview that follows each edit.

What a panel needs: ``revision`` is the plan's, ``live_revision`` the one that
the figures are of, ``is_current`` says whether they are the same, and
``is_under_way`` whether asking again soon is worth while. ``p50`` and ``p80``
stand with their noise (half a 95 % band, in working days); ``p50_delta`` and
``p80_delta`` are against ``since_revision`` in the same futures, with a noise of
their own. With ``drawing=true`` come ``curve`` (as in the full forecast) and
``tasks``: P10, P50, P80 and P90 of each finish, criticality, chance of the target.
"""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from lineo.api.operations import operation
from lineo.api.preconditions import is_named
from lineo.api.queries import Query
from lineo.api.shapes import FLAG, NUMBER, listing, nullable, record, shape, text, whole
from lineo.api.shapes import UUID as ID
from planning import veil
from planning.api.plan_shapes import definition
from planning.api.views import PlanningView
from planning.api.words import moment
from simulations.live import Delta, LiveState, live_state_of
from simulations.models import LiveForecast

_DATE = definition("moment_or_null")
_DATES = ("p10", "p50", "p80", "p90")
_COUNT = whole(0, 2**31 - 1)
_CHANCE = nullable(NUMBER)
_DELTA = nullable(record({"days": NUMBER, "noise_days": NUMBER}))
_BAR = record(
    {
        "id": text(200),
        **dict.fromkeys(_DATES, _DATE),
        "criticality": _CHANCE,
        "p_target": _CHANCE,
    },
    about="Where a task's finish lies; criticality is null for summaries.",
)
LIVE_FORECAST = shape(
    "LiveForecast",
    record(
        {
            "scenario": ID,
            "revision": _COUNT,
            "live_revision": nullable(_COUNT),
            "is_current": FLAG,
            "is_under_way": FLAG,
            "reason": text(300, about="Why there are no figures, where that is so."),
            "iterations": nullable(_COUNT),
            "seed": nullable({"type": "integer"}),
            **dict.fromkeys(_DATES, _DATE),
            "p50_noise_days": nullable(NUMBER),
            "p80_noise_days": nullable(NUMBER),
            "p_target": _CHANCE,
            "p_planned": _CHANCE,
            "since_revision": nullable(_COUNT),
            "p50_delta": _DELTA,
            "p80_delta": _DELTA,
            "curve": {
                "type": ["object", "null"],
                "description": "The S-curve and its histogram; null unless asked for.",
            },
            "tasks": nullable(listing(_BAR, 100_000)),
        },
        about="What the last edit did to the finish: a preview of few iterations.",
    ),
)
_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="The ETag of the last answer: 304 where nothing has changed.",
)


def present_live(state: LiveState, *, drawing: bool) -> dict[str, Any]:
    """Return how a live forecast stands, with what drawing needs if that is wanted."""
    row = state.row
    plain = (
        "iterations", "seed", "p50_noise_days", "p80_noise_days", "p_target", "p_planned",
        "since_revision",
    )  # fmt: skip
    return {
        "scenario": str(state.scenario_id),
        "revision": state.revision,
        "live_revision": row.revision if row else None,
        "is_current": state.is_current,
        "is_under_way": state.is_under_way,
        "reason": _(row.reason) if row and row.reason else "",
        **{name: getattr(row, name, None) for name in plain},
        **{name: moment(getattr(row, name, None)) for name in _DATES},
        "p50_delta": _delta(state.p50_delta),
        "p80_delta": _delta(state.p80_delta),
        **(_drawing(row) if row and drawing else {"curve": None, "tasks": None}),
    }


def _drawing(row: LiveForecast) -> dict[str, Any]:
    tasks = veil.without_hidden(row.tasks, row.scenario_id)
    return {"curve": row.curve, "tasks": [_bar(key, words) for key, words in tasks.items()]}


def _delta(delta: Delta | None) -> dict[str, float] | None:
    return {"days": delta.days, "noise_days": delta.noise_days} if delta else None


def _bar(key: str, words: list[Any]) -> dict[str, Any]:
    names = (*_DATES, "criticality", "p_target")
    return {"id": key, **dict(zip(names, words, strict=True))}


class ScenarioLiveForecast(PlanningView):
    """The preview that follows each edit."""

    tag = "simulations"

    @operation(
        "read_live_forecast",
        "Read the live forecast",
        answers=LIVE_FORECAST,
        query=(Query("drawing", FLAG, "Answer the curve and the tasks too."),),
        headers=(_IF_NONE_MATCH,),
        also={304: OpenApiResponse(description="Nothing has changed.")},
    )
    def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
        """Answer what the last edit did; cheap to ask often with `If-None-Match`.

        While `is_under_way`, ask again soon. Deltas are against revision `since_revision`.
        """
        state = live_state_of(self.scenario(scenario_id))
        tag = f'"{state.tag}{_drawn_for(scenario_id) if query["drawing"] else ""}"'
        is_known = is_named(tag, request.headers.get("If-None-Match", ""))
        answer = Response(
            None if is_known else present_live(state, drawing=bool(query["drawing"])),
            status=304 if is_known else 200,
        )
        answer["ETag"] = tag
        return answer


def _drawn_for(scenario_id: UUID) -> str:
    """Return what tells the drawing of one person from those of whom other tasks are hidden."""
    keys = veil.hidden().in_scenario(scenario_id)
    return f"-drawn{sha256(repr(sorted(keys)).encode()).hexdigest()[:8]}" if keys else "-drawn"


urlpatterns = [
    path("scenarios/<uuid:scenario_id>/live/", ScenarioLiveForecast.as_view(), name="live"),
]
