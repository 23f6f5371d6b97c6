"""What people do to bars: previewed without writing, then done."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from lineo.api.errors import ConflictError, Fault
from lineo.api.operations import operation
from lineo.api.shapes import FLAG, listing, nullable, record, shape, text, whole
from lineo.api.shapes import UUID as ID
from planning.api.plan_shapes import KEY, definition, fields_of, without_defaults
from planning.api.tasks import TASK, TaskRowView
from planning.api.views import PlanningView, plan_of
from planning.api.words import explained, moment
from planning.errors import LostRaceError
from planning.pages.intention_words import FIELDS, REQUIRED, read_intention
from planning.services import previews
from planning.services.intentions import carry_out

_DATE = definition("moment_or_null")
_COUNT = whole(0, 2**31 - 1)
_WORDS = {
    "task": KEY,
    "start": definition("moment"),
    "finish": definition("moment"),
    "duration": definition("duration"),
    "parent": nullable({**KEY, "description": "The summary to stand under; null: the top."}),
    "before": nullable({**KEY, "description": "The sibling to stand above; null: last."}),
    **without_defaults(
        fields_of("dependency", only=("type", "lag", "lag_calendar"), **{"from": KEY, "to": KEY})
    ),
}


def _needs(name: str) -> dict[str, Any]:
    return {
        "if": {"properties": {"intention": {"const": name}}, "required": ["intention"]},
        "then": {"required": list(REQUIRED[name])},
    }


shape(
    "Intention",
    {
        **record(
            {
                "intention": {"type": "string", "enum": list(FIELDS)},
                "revision": {**_COUNT, "description": "The revision that the caller has seen."},
                **_WORDS,
            },
            required=("intention",),
            about="Something to be done to a plan, in the words of the action that does it: "
            + "; ".join(f"{name} ({', '.join(fields)})" for name, fields in FIELDS.items())
            + ".",
        ),
        "allOf": [_needs(name) for name in FIELDS],
    },
)
shape("TaskReschedule", record({"start": definition("moment")}))
shape(
    "TaskResize",
    record({name: _WORDS[name] for name in ("finish", "duration")}, required=()),
)
PREVIEW = shape(
    "Preview",
    record(
        {
            "revision": _COUNT,
            "ok": FLAG,
            "refusal": text(2000, about="Why it can't be done; empty where it can."),
            "finish": record(
                {"from": _DATE, "to": _DATE, "delta_minutes": {"type": "integer"}},
                about="The finish of the plan; the delta in working time of its calendar.",
            ),
            "tasks": listing(
                record(
                    {
                        "id": ID,
                        "key": KEY,
                        "number": _COUNT,
                        "start": _DATE,
                        "finish": _DATE,
                        "total_float_minutes": nullable(whole(-(2**31), 2**31 - 1)),
                        "critical": FLAG,
                    }
                ),
                100_000,
            ),
        },
        about="What would move: tasks that would stand elsewhere, become critical or cease to be.",
    ),
)


def present(found: previews.Preview) -> dict[str, Any]:
    """Return a preview as the API shows it."""
    return {
        "revision": found.revision,
        "ok": not found.refusal,
        "refusal": found.refusal,
        "finish": {
            "from": moment(found.former_finish),
            "to": moment(found.finish),
            "delta_minutes": found.finish_moves_by,
        },
        "tasks": [
            {
                "id": str(one.identity.id),
                "key": one.dates.key,
                "number": one.identity.number,
                "start": moment(one.dates.start),
                "finish": moment(one.dates.finish),
                "total_float_minutes": one.dates.total_float_minutes,
                "critical": one.dates.critical,
            }
            for one in found.tasks
        ],
    }


class ScenarioPreview(PlanningView):
    """What an intention would move, by the same functions as the change itself."""

    tag = "scenarios"

    @operation("preview_change", "Preview a change", body="Intention", answers=PREVIEW)
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Compute what would move, and write nothing.

        What can't be done is answered with ``ok`` false and the sentence that
        the change itself would be refused with.
        """
        scenario = self.scenario(scenario_id)
        with explained():
            intention = read_intention(body, plan_of(scenario))
        try:
            found = previews.preview(
                scenario, intention, actor=self.actor, expected_revision=body.get("revision")
            )
        except LostRaceError as error:
            fault = Fault("revision", str(scenario.revision))
            raise ConflictError(fault, message=" ".join(error.messages)) from error
        return Response(present(found))


class TaskIntention(TaskRowView):
    """Something done to the bar of one task."""

    def carry_out(self, task_id: UUID, words: dict[str, Any], seen: int | None) -> Response:
        row = self.row(task_id)
        with explained():
            intention = read_intention({**words, "task": row.key}, plan_of(row.scenario))
        carry_out(row.scenario, intention, actor=self.actor, expected=self.expected(row.key, seen))
        return self.answer(self.row(task_id))


class TaskReschedule(TaskIntention):
    """When a task starts."""

    @operation(
        "reschedule_task",
        "Let a task start at another time",
        body="TaskReschedule",
        answers=TASK,
        guarded=True,
    )
    def post(
        self, request: Request, task_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        """Let a task start at ``start``, as dragging its bar does.

        Later than its links ask, it gets a constraint (start no earlier than);
        where they put it, or before, it loses that constraint. A manual task
        gets the dates.
        """
        return self.carry_out(task_id, {"intention": "reschedule", **body}, seen)


class TaskResize(TaskIntention):
    """How long a task takes."""

    @operation(
        "resize_task",
        "Let a task take longer or shorter",
        body="TaskResize",
        answers=TASK,
        guarded=True,
    )
    def post(
        self, request: Request, task_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        """Let a task last until ``finish``, or for ``duration``; its range is scaled with it."""
        return self.carry_out(task_id, {"intention": "resize", **body}, seen)


class TaskIndent(TaskIntention):
    """A level deeper."""

    @operation("indent_task", "Indent a task", answers=TASK)
    def post(self, request: Request, task_id: UUID) -> Response:
        """Put a task under the sibling above it."""
        return self.carry_out(task_id, {"intention": "indent"}, None)


class TaskOutdent(TaskIntention):
    """A level higher."""

    @operation("outdent_task", "Outdent a task", answers=TASK)
    def post(self, request: Request, task_id: UUID) -> Response:
        """Put a task beside its summary."""
        return self.carry_out(task_id, {"intention": "outdent"}, None)
