"""What is computed of a plan: its schedule with reasons."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from lineo.api.operations import operation
from lineo.api.preconditions import etag
from lineo.api.shapes import FLAG, listing, nullable, record, shape, text, whole
from planning import selectors
from planning.api.plan_shapes import KEY, definition
from planning.api.tasks import DATES, REASON
from planning.api.views import PlanningView
from planning.api.words import moment
from planning.core.plan import TaskKind
from planning.models import Scenario, Task

_DATE = definition("moment_or_null")
_MINUTES = nullable(whole(-(2**31), 2**31 - 1))
_REASONS = listing(REASON, 100_000)

SCHEDULE = shape(
    "Schedule",
    record(
        {
            "project": record(
                {
                    "name": text(2000),
                    "start": _DATE,
                    "finish": _DATE,
                    "data_date": _DATE,
                    "minutes_per_day": whole(1, 1440),
                }
            ),
            "revision": whole(0, 2**31 - 1),
            "tasks": listing(
                record(
                    {
                        "id": KEY,
                        "name": text(500),
                        "kind": {"enum": [kind.value for kind in TaskKind]},
                        **dict.fromkeys(DATES, _DATE),
                        "total_float_minutes": _MINUTES,
                        "free_float_minutes": _MINUTES,
                        "critical": FLAG,
                        "driven_by": _REASONS,
                        "limited_by": _REASONS,
                        "on_longest_path": FLAG,
                    }
                ),
                1_000_000,
            ),
        },
        about="What `schedule --json` prints; a task's id is its key.",
    ),
)


class ScenarioSchedule(PlanningView):
    """All dates of the plan, each with what sets it."""

    tag = "plans"

    @operation("read_schedule", "Read the schedule", answers=SCHEDULE)
    def get(self, request: Request, scenario_id: UUID) -> Response:
        """Answer as the command `schedule --json` does, from the dates of the last change."""
        scenario = self.scenario(scenario_id)
        answer = {
            "project": _project(scenario),
            "revision": scenario.revision,
            "tasks": [_task(row) for row in selectors.tasks_of(scenario)],
        }
        return Response(answer, headers=etag(scenario.revision))


def _project(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.plan_name or scenario.name,
        "start": moment(scenario.start),
        "finish": moment(scenario.scheduled_finish),
        "data_date": moment(scenario.data_date),
        "minutes_per_day": scenario.minutes_per_day,
    }


def _task(row: Task) -> dict[str, Any]:
    return {
        "id": row.key,
        "name": row.name,
        "kind": row.kind,
        **{name: moment(getattr(row, name)) for name in DATES},
        "total_float_minutes": row.total_float_minutes,
        "free_float_minutes": row.free_float_minutes,
        "critical": row.is_critical,
        "driven_by": row.driven_by,
        "limited_by": row.limited_by,
        "on_longest_path": row.on_longest_path,
    }
