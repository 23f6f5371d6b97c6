"""What is computed of a plan: its schedule with reasons, its health."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from lineo.api.operations import operation
from lineo.api.preconditions import etag
from lineo.api.shapes import FLAG, NUMBER, listing, nullable, record, shape, text, whole
from planning import selectors, snapshot
from planning.api.plan_shapes import KEY, definition
from planning.api.tasks import REASON
from planning.api.views import PlanningView
from planning.api.words import moment
from planning.core.health import findings
from planning.core.health_data import Status
from planning.core.plan import TaskKind
from planning.dates import MOMENTS
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
                        **dict.fromkeys(MOMENTS, _DATE),
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

HEALTH = shape(
    "Health",
    record(
        {
            "findings": listing(
                record(
                    {
                        "check": text(60),
                        "title": text(100),
                        "status": {"enum": [status.value for status in Status]},
                        "value": nullable(NUMBER),
                        "threshold": NUMBER,
                        "unit": text(20),
                        "tasks": listing(KEY, 1_000_000),
                        "advice": text(1000),
                    }
                ),
                100,
            )
        },
        about="What `health --json` prints: findings, never a grade.",
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


class ScenarioHealth(PlanningView):
    """The quality of the schedule, point by point."""

    tag = "plans"

    @operation("read_health", "Check the quality of the schedule", answers=HEALTH)
    def get(self, request: Request, scenario_id: UUID) -> Response:
        scenario = self.scenario(scenario_id)
        held = snapshot.shown(scenario)
        found = findings(held.plan, held.schedule)
        answer = {"findings": [finding.to_json() for finding in found]}
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
        **{name: moment(getattr(row, name)) for name in MOMENTS},
        "total_float_minutes": row.total_float_minutes,
        "free_float_minutes": row.free_float_minutes,
        "critical": row.is_critical,
        "driven_by": row.driven_by,
        "limited_by": row.limited_by,
        "on_longest_path": row.on_longest_path,
    }
