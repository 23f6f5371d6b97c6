"""Tasks and milestones."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.preconditions import etag
from lineo.api.queries import SEARCH, Query, ordering
from lineo.api.shapes import (
    FLAG,
    VERSION,
    choice,
    listing,
    nullable,
    record,
    shape,
    text,
    whole,
)
from lineo.api.shapes import UUID as ID
from planning import snapshot
from planning.api import reads
from planning.api.plan_shapes import KEY, definition, fields_of, without_defaults
from planning.api.views import PlanningView, RowView, plan_of
from planning.api.words import explained, moment, task_attributes, task_words
from planning.core.paths import path_through
from planning.core.plan import TaskKind
from planning.dates import MOMENTS
from planning.models import Task
from planning.models.task import TaskStatus
from planning.services import tasks as services

_DATE = definition("moment_or_null")
_MINUTES = nullable(whole(-(2**31), 2**31 - 1))
_NAME = text(500, least=1)
_PARENT = nullable(KEY)
_KINDS = ("task", "milestone", "effort")
_PROMISED = ("promised_start", "promised_finish")

TASK = shape(
    "Task",
    record(
        {
            "id": ID,
            "url": text(200),
            "scenario": ID,
            "key": KEY,
            "number": whole(0, 2**31 - 1),
            "short_id": text(40, about="What people call it, such as FOUND-42."),
            "version": VERSION,
            "status": choice(*TaskStatus.values),
            **without_defaults(fields_of("task", without=("id",), name=text(500))),
            "driver": nullable(KEY),
            **dict.fromkeys(MOMENTS, _DATE),
            "total_float_minutes": _MINUTES,
            "free_float_minutes": _MINUTES,
            "critical": FLAG,
            "on_longest_path": FLAG,
        },
        about="A task in the words of the plan file, with its row and its computed dates.",
    ),
)
TASKS = page_of("Task")
_AFTER = {"after": {**KEY, "description": "The key of the task to stand below."}}
_WRITTEN = fields_of(
    "task",
    without=("id", "parent", "external_dates", *_PROMISED),
    name=_NAME,
    kind=choice(*_KINDS, default="task"),
)
shape("TaskNew", record({**_WRITTEN, **_AFTER, "parent": _PARENT}, required=("name",)))
shape(
    "TaskChange",
    record(
        without_defaults({**_WRITTEN, "kind": choice(*_KINDS, "summary")}),
        required=(),
        about="What is left out stays. To stand elsewhere, a task is moved.",
    ),
)
_MILESTONE = fields_of(
    "task",
    only=("calendar", "constraint", "constraint2", "deadline", "target", "actual_finish"),
    name=_NAME,
)
shape("MilestoneNew", record({**_MILESTONE, **_AFTER, "parent": _PARENT}, required=("name",)))
shape(
    "TaskMove",
    record(
        {
            "parent": nullable(
                {**KEY, "description": "The summary to stand under; null: the top."}
            ),
            "before": nullable({**KEY, "description": "The sibling to stand above; null: last."}),
        },
        required=("parent",),
    ),
)
REASON = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": text(40), "id": nullable(KEY)},
    "description": "What sets a date: a dependency, a constraint, an actual date …",
}
REASONS = shape(
    "Reasons",
    record(
        {
            "task": ID,
            "key": KEY,
            "start": _DATE,
            "finish": _DATE,
            "late_start": _DATE,
            "late_finish": _DATE,
            "driven_by": listing(REASON),
            "limited_by": listing(REASON),
            "network_start": _DATE,
            "network_finish": _DATE,
            "on_longest_path": FLAG,
            "path": record(
                {"before": listing(KEY, 100_000), "after": listing(KEY, 100_000)},
                about="What drives it, first to last; on the longest path, what it drives.",
            ),
        },
        about="Why a task stands where it does: what sets its dates, and what sets its late dates.",
    ),
)

_FILTERS = (
    Query("kind", choice(*TaskKind), "Only tasks of this kind."),
    Query("critical", FLAG, "Only critical tasks, or only the others."),
    Query("parent", KEY, "Only what stands right under the summary of this key."),
    Query("key", KEY, "Only the task of this key."),
    SEARCH,
    ordering("position", "start", "finish", "name", "number", "total_float_minutes"),
)


def present(row: Task) -> dict[str, Any]:
    """Return a task as the API shows it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:task", args=[row.pk]),
        "scenario": str(row.scenario_id),
        "key": row.key,
        "number": row.number,
        "short_id": row.short_id,
        "version": row.version,
        "status": row.status.value,
        **task_words(row),
        "driver": row.driver.key if row.driver else None,
        **{name: moment(getattr(row, name)) for name in MOMENTS},
        "total_float_minutes": row.total_float_minutes,
        "free_float_minutes": row.free_float_minutes,
        "critical": row.is_critical,
        "on_longest_path": row.on_longest_path,
    }


class ScenarioTasks(PlanningView):
    """The tasks of a scenario, in the order of the table."""

    tag = "tasks"

    @operation(
        "list_tasks",
        "List the tasks of a scenario",
        answers=TASKS,
        query=(*PAGE_QUERY, *_FILTERS),
    )
    def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
        scenario = self.scenario(scenario_id)
        return page(request, reads.tasks_of(scenario, query), present, query)

    @operation("add_task", "Add a task", body="TaskNew", answers=TASK, status=201)
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Add a task below ``after``, or last under ``parent``, or last of all."""
        return self.add(scenario_id, body)

    def add(self, scenario_id: UUID, body: dict[str, Any], **fixed: Any) -> Response:
        scenario = self.scenario(scenario_id)
        words = {name: body[name] for name in body if name not in {"after", "parent", "name"}}
        with explained():
            attributes = task_attributes(words, plan_of(scenario))
        row = services.add_task(
            scenario,
            actor=self.actor,
            name=body["name"],
            parent=body.get("parent"),
            after=body.get("after"),
            **attributes,
            **fixed,
        )
        row = reads.tasks(self.membership).get(pk=row.pk)
        return Response(present(row), status=201, headers=etag(row.version))


class ScenarioMilestones(ScenarioTasks):
    """The milestones of a scenario: tasks without a duration, perhaps with a target."""

    tag = "tasks"

    @operation(
        "list_milestones",
        "List the milestones of a scenario",
        answers=TASKS,
        query=(*PAGE_QUERY, *_FILTERS[1:]),
    )
    def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
        scenario = self.scenario(scenario_id)
        rows = reads.tasks_of(scenario, {**query, "kind": TaskKind.MILESTONE})
        return page(request, rows, present, query)

    @operation("add_milestone", "Add a milestone", body="MilestoneNew", answers=TASK, status=201)
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        return self.add(scenario_id, body, kind=TaskKind.MILESTONE, duration_minutes=0)


class TaskRowView(RowView):
    """What the views of one task share."""

    tag = "tasks"
    collection = "tasks"

    def rows(self) -> QuerySet[Task]:
        return reads.tasks(self.membership)

    def answer(self, row: Task) -> Response:
        return Response(present(row), headers=etag(row.version))


class TaskDetail(TaskRowView):
    """One task: what people state of it, and the dates that follow."""

    @operation("read_task", "Read a task", answers=TASK)
    def get(self, request: Request, task_id: UUID) -> Response:
        return self.answer(self.row(task_id))

    @operation("change_task", "Change a task", body="TaskChange", answers=TASK, guarded=True)
    def patch(
        self, request: Request, task_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        """Change what is given. An estimate without a duration also sets the duration."""
        row = self.row(task_id)
        plan = plan_of(row.scenario)
        with explained():
            attributes = task_attributes(body, plan, plan.task(row.key))
        services.edit_task(
            row.scenario,
            row.key,
            actor=self.actor,
            expected=self.expected(row.key, seen),
            **attributes,
        )
        return self.answer(self.row(task_id))

    @operation("delete_task", "Delete a task", status=204, guarded=True)
    def delete(self, request: Request, task_id: UUID, *, seen: int | None) -> Response:
        """Delete a task with all that stands below it and every link on them."""
        row = self.row(task_id)
        services.delete_tasks(
            row.scenario, [row.key], actor=self.actor, expected=self.expected(row.key, seen)
        )
        return Response(status=204)


class TaskPlace(TaskRowView):
    """Where a task stands in the table."""

    @operation("move_task", "Move a task", body="TaskMove", answers=TASK)
    def post(self, request: Request, task_id: UUID, *, body: dict[str, Any]) -> Response:
        """Put a task, with what stands below it, elsewhere in the table."""
        row = self.row(task_id)
        services.move_task(
            row.scenario,
            row.key,
            actor=self.actor,
            parent=body["parent"],
            before=body.get("before"),
        )
        return self.answer(self.row(task_id))


class TaskReasons(TaskRowView):
    """Why a task stands where it does."""

    @operation("read_task_reasons", "Ask why a task stands where it does", answers=REASONS)
    def get(self, request: Request, task_id: UUID) -> Response:
        row = self.row(task_id)
        dates = ("start", "finish", "late_start", "late_finish", "network_start", "network_finish")
        found = snapshot.shown(row.scenario)
        path = path_through(found.plan, found.schedule, row.key)
        return Response(
            {
                "task": str(row.pk),
                "key": row.key,
                **{name: moment(getattr(row, name)) for name in dates},
                "driven_by": row.driven_by,
                "limited_by": row.limited_by,
                "on_longest_path": row.on_longest_path,
                "path": {"before": list(path.before), "after": list(path.after)},
            }
        )
