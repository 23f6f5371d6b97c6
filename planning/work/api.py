"""Work beside the plan over HTTP: who does it, how urgent, labels, cycles, relations."""

from datetime import date
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.api.errors import Fault, InvalidError
from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.preconditions import etag
from lineo.api.queries import Query
from lineo.api.shapes import FLAG, VERSION, choice, listing, nullable, record, ref, shape, text
from lineo.api.shapes import UUID as ID
from planning import veil
from planning.api import reads
from planning.api.plan_shapes import KEY
from planning.api.tasks import TASKS
from planning.api.tasks import present as present_task
from planning.api.views import PlanningView
from planning.models import Cycle, Priority, RelationKind, Task, TaskRelation
from planning.people import readers_of
from planning.work import facts, selectors, services
from planning.work.facts import NOTHING, Work
from planning.work.readiness import unblocked_ids

PRIORITIES = [priority.name.lower() for priority in Priority]
_DAY = {"type": "string", "format": "date"}
_PEOPLE = {**listing(ID, services.MOST), "uniqueItems": True}
_LABELS = {**listing(text(40, least=1), services.MOST), "uniqueItems": True}

WORK = shape(
    "Work",
    record(
        {
            "task": ID,
            "key": KEY,
            "number": {"type": "integer"},
            "name": text(500),
            "assignees": listing(record({"id": ID, "name": text(300)}), services.MOST),
            "priority": choice(*PRIORITIES),
            "labels": listing(text(40), services.MOST),
            "cycle": nullable(record({"id": ID, "name": text(80)})),
            "version": VERSION,
        },
        about="What stands beside the plan of a task: no date depends on it, so it makes no"
        " revision, and it is the same in every scenario of the project.",
    ),
)
WORKS = page_of("Work")
shape(
    "WorkChange",
    {
        **record(
            {
                "assignees": _PEOPLE,
                "priority": choice(*PRIORITIES),
                "labels": _LABELS,
                "cycle": nullable(ID),
            },
            required=(),
            about="What is left out stays. Labels that don’t exist are made.",
        ),
        "minProperties": 1,
    },
)
CYCLE = shape(
    "Cycle",
    record(
        {
            "id": ID,
            "url": text(200),
            "project": ID,
            "name": text(80),
            "first_day": _DAY,
            "last_day": _DAY,
            "version": VERSION,
        },
        about="A time box, such as a sprint or a quarter.",
    ),
)
CYCLES = page_of("Cycle")
_CYCLE_FIELDS = {"name": text(80, least=1), "first_day": _DAY, "last_day": _DAY}
shape("CycleNew", record(_CYCLE_FIELDS))
shape("CycleChange", {**record(_CYCLE_FIELDS, required=()), "minProperties": 1})
RELATION = shape(
    "Relation",
    record(
        {
            "id": ID,
            "url": text(200),
            "kind": choice(*RelationKind.values),
            "from": KEY,
            "to": KEY,
        },
        about="Two tasks that belong together; it moves no date.",
    ),
)
RELATIONS = page_of("Relation")
shape("RelationNew", record({"kind": choice(*RelationKind.values), "to": KEY}))
_FILTERS = (
    Query("assignee", ID, "Only what this person does."),
    Query("label", text(40, least=1), "Only what has this label."),
    Query("priority", choice(*PRIORITIES), "Only of this priority."),
    Query("cycle", ID, "Only what is in this cycle."),
    Query("unblocked", FLAG, "Only leaves that nothing holds, or only the others."),
)


def present(task: Task, work: Work) -> dict[str, Any]:
    """Return what stands beside a task as the API shows it."""
    cycle = work.cycle
    return {
        "task": str(task.pk),
        "key": task.key,
        "number": task.number,
        "name": task.name,
        "assignees": [{"id": str(one.pk), "name": str(one)} for one in work.assignees],
        "priority": work.priority.name.lower(),
        "labels": [label.name for label in work.labels],
        "cycle": {"id": str(cycle.pk), "name": cycle.name} if cycle else None,
        "version": work.version,
    }


def present_cycle(row: Cycle) -> dict[str, Any]:
    """Return a time box as the API shows it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:cycle", args=[row.pk]),
        "project": str(row.project_id),
        "name": row.name,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "version": row.version,
    }


def present_relation(row: TaskRelation) -> dict[str, Any]:
    """Return a relation as the API shows it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:relation", args=[row.pk]),
        "kind": row.kind,
        "from": row.key,
        "to": row.other_key,
    }


class _TaskView(PlanningView):
    """What the views of one task's work share."""

    tag = "work"

    def task(self, pk: UUID) -> Task:
        rows = reads.tasks(self.membership).exclude(pk__in=veil.hidden_ids())
        return get_object_or_404(rows, pk=pk)


class TaskWorkDetail(_TaskView):
    """Who does a task, how urgent it is, its labels and its cycle."""

    @operation("read_task_work", "Read who does a task, and how urgent it is", answers=WORK)
    def get(self, request: Request, task_id: UUID) -> Response:
        task = self.task(task_id)
        work = facts.work_of(task.scenario.project_id, task.key)
        return Response(present(task, work), headers=etag(work.version))

    @operation(
        "change_task_work",
        "Assign a task, or give it a priority, labels or a cycle",
        body="WorkChange",
        answers=WORK,
        guarded=True,
    )
    def patch(
        self, request: Request, task_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        """Change what is given, in every scenario of the project; no revision is made."""
        task = self.task(task_id)
        given = self._rows(task, dict(body))
        work = services.set_work(task, actor=self.actor, seen=seen, **given)
        return Response(present(task, work), headers=etag(work.version))

    def _rows(self, task: Task, body: dict[str, Any]) -> dict[str, Any]:
        project = task.scenario.project
        if "priority" in body:
            body["priority"] = Priority[body["priority"].upper()]
        if "assignees" in body:
            people = readers_of(task.scenario, task=task)
            readers = {str(person.pk): person for person in people}
            wanted = [str(UUID(one)) for one in body["assignees"]]
            for place, one in enumerate(wanted):
                if one not in readers:
                    message = _("Nobody who may read this project has this id.")
                    raise InvalidError(Fault(f"assignees[{place}]", message))
            body["assignees"] = [readers[one] for one in wanted]
        if body.get("cycle"):
            cycles = Cycle.objects.filter(project=project, pk=body["cycle"])
            body["cycle"] = cycles.first()
            if body["cycle"] is None:
                raise InvalidError(Fault("cycle", _("There is no such cycle in this project.")))
        return body


class ScenarioWork(PlanningView):
    """The tasks of a scenario with what stands beside the plan, in the order of the table."""

    tag = "work"

    @operation(
        "list_work",
        "List who does what in a scenario",
        answers=WORKS,
        query=(*PAGE_QUERY, *_FILTERS),
    )
    def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
        scenario = self.scenario(scenario_id)
        works = facts.works_of(scenario.project_id)
        rows = Task.objects.filter(scenario=scenario).exclude(pk__in=veil.hidden_ids())
        rows = rows.order_by("position")
        keys = _keys(works, query)
        if keys is not None:
            rows = rows.filter(key__in=keys)
        if query["priority"] == "none":
            rows = rows.exclude(key__in=[key for key, work in works.items() if work.priority])
        if query["unblocked"] is not None:
            free = unblocked_ids(scenario)
            rows = rows.filter(pk__in=free) if query["unblocked"] else rows.exclude(pk__in=free)
        return page(request, rows, lambda row: present(row, works.get(row.key, NOTHING)), query)


class ScenarioUnblocked(PlanningView):
    """The leaves of a scenario that could go on now."""

    tag = "work"

    @operation(
        "list_unblocked", "List the leaves that are unblocked", answers=TASKS, query=PAGE_QUERY
    )
    def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
        """Return unfinished leaves whose FS predecessors are finished and SS ones started."""
        scenario = self.scenario(scenario_id)
        rows = reads.tasks(self.membership).filter(scenario=scenario)
        rows = rows.filter(pk__in=unblocked_ids(scenario)).order_by("start", "position")
        return page(request, rows, present_task, query)


class ProjectCycles(PlanningView):
    """The time boxes of a project, by their first day."""

    tag = "work"

    @operation("list_cycles", "List a project's cycles", answers=CYCLES, query=PAGE_QUERY)
    def get(self, request: Request, project_id: UUID, *, query: dict[str, Any]) -> Response:
        rows = selectors.cycles_for(self.membership).filter(project=self.project(project_id))
        return page(request, rows, present_cycle, query)

    @operation("add_cycle", "Add a cycle", body="CycleNew", answers=CYCLE, status=201)
    def post(self, request: Request, project_id: UUID, *, body: dict[str, Any]) -> Response:
        row = services.create_cycle(self.project(project_id), actor=self.actor, **_with_days(body))
        return Response(present_cycle(row), status=201, headers=etag(row.version))


class CycleDetail(PlanningView):
    """One time box."""

    tag = "work"

    def cycle(self, pk: UUID) -> Cycle:
        return get_object_or_404(selectors.cycles_for(self.membership), pk=pk)

    @operation("read_cycle", "Read a cycle", answers=CYCLE)
    def get(self, request: Request, cycle_id: UUID) -> Response:
        row = self.cycle(cycle_id)
        return Response(present_cycle(row), headers=etag(row.version))

    @operation("change_cycle", "Change a cycle", body="CycleChange", answers=CYCLE, guarded=True)
    def patch(
        self, request: Request, cycle_id: UUID, *, body: dict[str, Any], seen: int | None
    ) -> Response:
        row = services.change_cycle(
            self.cycle(cycle_id), actor=self.actor, seen=seen, **_with_days(body)
        )
        return Response(present_cycle(row), headers=etag(row.version))

    @operation("delete_cycle", "Delete a cycle", status=204, guarded=True)
    def delete(self, request: Request, cycle_id: UUID, *, seen: int | None) -> Response:
        """Delete it; its tasks stay, in none."""
        services.delete_cycle(self.cycle(cycle_id), actor=self.actor, seen=seen)
        return Response(status=204)


class TaskRelations(_TaskView):
    """What belongs to a task without one waiting for the other."""

    @operation("list_relations", "List what belongs to a task", answers=RELATIONS, query=PAGE_QUERY)
    def get(self, request: Request, task_id: UUID, *, query: dict[str, Any]) -> Response:
        rows = selectors.relations_of(self.task(task_id))
        return page(request, rows, present_relation, query)

    @operation(
        "relate_tasks",
        "Say that two tasks belong together",
        body="RelationNew",
        answers=RELATION,
        status=201,
    )
    def post(self, request: Request, task_id: UUID, *, body: dict[str, Any]) -> Response:
        task = self.task(task_id)
        rows = reads.tasks(self.membership).filter(scenario=task.scenario_id)
        rows = rows.exclude(pk__in=veil.hidden_ids())
        other = rows.filter(key=body["to"]).first()
        if other is None:
            raise InvalidError(Fault("to", _("There is no task of this key in the scenario.")))
        row = services.relate_tasks(task, other, kind=body["kind"], actor=self.actor)
        return Response(present_relation(row), status=201)


class RelationDetail(PlanningView):
    """One relation."""

    tag = "work"

    def relation(self, pk: UUID) -> TaskRelation:
        return get_object_or_404(selectors.relations_for(self.membership), pk=pk)

    @operation("read_relation", "Read a relation", answers=ref("Relation"))
    def get(self, request: Request, relation_id: UUID) -> Response:
        return Response(present_relation(self.relation(relation_id)))

    @operation("delete_relation", "Take a relation away", status=204)
    def delete(self, request: Request, relation_id: UUID) -> Response:
        services.unrelate_tasks(self.relation(relation_id), actor=self.actor)
        return Response(status=204)


def _with_days(body: dict[str, Any]) -> dict[str, Any]:
    given = dict(body)
    for name in ("first_day", "last_day"):
        if name in given:
            given[name] = date.fromisoformat(given[name])
    return given


def _keys(works: Any, query: dict[str, Any]) -> list[str] | None:
    """Return the keys of the work that is asked for, or None where all is."""
    asked = {name: query[name] for name in ("assignee", "label", "cycle") if query[name]}
    if query["priority"] not in (None, "none"):
        asked["priority"] = query["priority"]
    if not asked:
        return None
    return [key for key, work in works.items() if _matches(work, asked)]


def _matches(work: Work, asked: dict[str, Any]) -> bool:
    has = {
        "assignee": {str(one.pk) for one in work.assignees},
        "label": {one.name.casefold() for one in work.labels},
        "cycle": {str(work.cycle.pk)} if work.cycle else set(),
        "priority": {work.priority.name.casefold()},
    }
    return all(value.casefold() in has[name] for name, value in asked.items())
