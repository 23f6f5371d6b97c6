"""Many tasks and dependencies in one request: one change, all or nothing."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from lineo.api.operations import operation
from lineo.api.shapes import VERSION, listing, record, ref, shape, shapes, text, whole
from planning.api import dependencies, reads, tasks
from planning.api.plan_shapes import KEY, NEW_KEY
from planning.api.views import PlanningView
from planning.api.words import explained, task_attributes, units_of
from planning.core import editing
from planning.core.editing import TaskEdit
from planning.core.fields import read_fields
from planning.core.plan import Dependency as Link
from planning.core.plan import LinkType, Plan, PlanError, Task
from planning.core.words import DEPENDENCY_FIELDS, read_dependency
from planning.models import Scenario
from planning.services import bulk as services
from planning.services.commit import Expected

MOST = 500
_BESIDE = ("key", "version", "parent", "after", "name")
_LINK_KEY = text(500, least=1, about="The key of the link: from|to|type.")
_SEEN = {"version": {**VERSION, "description": "The version that you saw, if it matters."}}


def _with(name: str, more: dict[str, Any], *required: str) -> dict[str, Any]:
    """Return the shape ``name`` with more fields."""
    known = shapes()[name]
    needed = (*known.get("required", ()), *required)
    return record({**more, **known["properties"]}, required=needed)


def _lists(new: str, changed: str, key: dict[str, Any], beside: dict[str, Any]) -> dict[str, Any]:
    return record(
        {
            "create": listing(_with(new, beside), MOST),
            "change": listing(_with(changed, {"key": key, **_SEEN}, "key"), MOST),
            "delete": listing(record({"key": key, **_SEEN}, required=("key",)), MOST),
        },
        required=(),
    )


shape(
    "Bulk",
    record(
        {
            "tasks": _lists("TaskNew", "TaskChange", KEY, {"key": NEW_KEY}),
            "dependencies": _lists("DependencyNew", "DependencyChange", _LINK_KEY, {}),
            "revision": whole(0, 2**31 - 1, description="That of the plan that you saw."),
        },
        required=(),
        about="What goes is taken away first, then comes what is new, then what changes.",
    ),
)
BULK_DONE = shape(
    "BulkDone",
    record(
        {
            "revision": whole(0, 2**31 - 1),
            "tasks": listing(ref("Task"), 2 * MOST),
            "dependencies": listing(ref("Dependency"), 2 * MOST),
        },
        about="What was made and changed, as it now stands.",
    ),
)


class ScenarioBulk(PlanningView):
    """Many rows of a plan at once."""

    tag = "scenarios"

    @operation("change_in_bulk", "Change many rows at once", body="Bulk", answers=BULK_DONE)
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Create, change and delete tasks and dependencies as one change that can be undone.

        All of it is done or nothing. New tasks may bring a key of their own, by which the rest of
        the request names them.
        """
        scenario = self.scenario(scenario_id)
        request_ = _Bulk(scenario, body)
        services.change_many(
            scenario,
            actor=self.actor,
            change=request_.change,
            count=request_.count,
            expected=request_.expected,
            expected_revision=body.get("revision"),
        )
        return Response(self.answer(scenario_id, request_))

    def answer(self, scenario_id: UUID, done: "_Bulk") -> dict[str, Any]:
        scenario = self.scenario(scenario_id)
        rows = reads.tasks(self.membership).filter(scenario=scenario, key__in=done.task_keys)
        links = reads.dependencies(self.membership).filter(scenario=scenario)
        ends = {key.partition("|")[0] for key in done.link_keys}
        found = [dependencies.present(link) for link in links.filter(predecessor__key__in=ends)]
        return {
            "revision": scenario.revision,
            "tasks": [tasks.present(row) for row in rows.order_by("position")],
            "dependencies": [link for link in found if link["key"] in done.link_keys],
        }


class _Bulk:
    """One request, which reads its words on the plan as it stands under the lock."""

    def __init__(self, scenario: Scenario, body: dict[str, Any]) -> None:
        self.scenario = scenario
        self.tasks = {**dict.fromkeys(("create", "change", "delete"), ()), **body.get("tasks", {})}
        self.links = {
            **dict.fromkeys(("create", "change", "delete"), ()),
            **body.get("dependencies", {}),
        }
        self.task_keys: set[str] = set()
        self.link_keys: set[str] = set()

    @property
    def count(self) -> int:
        return sum(len(rows) for part in (self.tasks, self.links) for rows in part.values())

    @property
    def expected(self) -> list[Expected]:
        return [
            Expected(collection, row["key"], row["version"])
            for collection, part in (("tasks", self.tasks), ("dependencies", self.links))
            for row in (*part["change"], *part["delete"])
            if "version" in row
        ]

    def change(self, plan: Plan) -> Plan:
        """Return the plan with all of it done."""
        for step in (
            self._without_links,
            self._without_tasks,
            self._with_tasks,
            self._with_changed_tasks,
            self._with_links,
            self._with_changed_links,
        ):
            plan = step(plan)
        return plan

    def _without_links(self, plan: Plan) -> Plan:
        for place, row in enumerate(self.links["delete"]):
            with explained(f"dependencies.delete[{place}].key"):
                plan = editing.remove_dependency(plan, row["key"])
        return plan

    def _without_tasks(self, plan: Plan) -> Plan:
        rows = self.tasks["delete"]
        for place, row in enumerate(rows):
            with explained(f"tasks.delete[{place}].key"):
                plan.task(row["key"])
        return editing.remove_tasks(plan, [row["key"] for row in rows]) if rows else plan

    def _with_tasks(self, plan: Plan) -> Plan:
        rows = self.tasks["create"]
        with explained("tasks.create"):
            keys = services.keys_for(self.scenario, plan, [row.get("key") for row in rows])
        self.task_keys |= set(keys)
        for place, (key, row) in enumerate(zip(keys, rows, strict=True)):
            with explained(f"tasks.create[{place}]"):
                plan = _with_task(plan, key, row)
        return plan

    def _with_changed_tasks(self, plan: Plan) -> Plan:
        edits: dict[str, TaskEdit] = {}
        for place, row in enumerate(self.tasks["change"]):
            with explained(f"tasks.change[{place}]"):
                edits[row["key"]] = _edit_of(plan, row, is_twice=row["key"] in edits)
        self.task_keys |= edits.keys()
        return editing.edit_tasks(plan, edits) if edits else plan

    def _with_links(self, plan: Plan) -> Plan:
        for place, row in enumerate(self.links["create"]):
            with explained(f"dependencies.create[{place}]"):
                link = read_dependency(row, units_of(self.scenario))
                plan = editing.add_dependency(plan, link)
                self.link_keys.add(link.key)
        return plan

    def _with_changed_links(self, plan: Plan) -> Plan:
        for place, row in enumerate(self.links["change"]):
            with explained(f"dependencies.change[{place}]"):
                link = self._changed(plan, row)
                plan = editing.replace_dependency(plan, row["key"], link)
                self.link_keys.add(link.key)
        return plan

    def _changed(self, plan: Plan, row: dict[str, Any]) -> Link:
        former = next((link for link in plan.dependencies if link.key == row["key"]), None)
        if former is None:
            raise PlanError("This link no longer exists.", path="key")
        words = {name: row[name] for name in row if name not in {"key", "version", "type"}}
        attributes = read_fields(words, DEPENDENCY_FIELDS, units_of(self.scenario))
        return replace(former, type=LinkType(row.get("type", former.type)), **attributes)


def _with_task(plan: Plan, key: str, row: dict[str, Any]) -> Plan:
    attributes = task_attributes(_words(row), plan)
    attributes.setdefault("duration_minutes", plan.project.minutes_per_day)
    after = row.get("after")
    parent = plan.task(after).parent if after else row.get("parent")
    if parent is not None:
        plan.task(parent)
    task = Task(key=key, name=row["name"], parent=parent, **attributes)
    return editing.insert_task(plan, task, after=after)


def _edit_of(plan: Plan, row: dict[str, Any], *, is_twice: bool) -> TaskEdit:
    if is_twice:
        raise PlanError("stands here twice", path="key")
    return TaskEdit(task_attributes(_words(row, keeps="name"), plan, plan.task(row["key"])))


def _words(row: dict[str, Any], keeps: str = "") -> dict[str, Any]:
    return {name: row[name] for name in row if name not in _BESIDE or name == keeps}
