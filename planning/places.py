"""Projects, scenarios and tasks as places that rules and tokens can be laid on."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models.functions import Lower

from lineo.accounts.actions import ScopeKind
from lineo.accounts.models import Membership
from lineo.accounts.places import Place
from planning import selectors
from planning.models import Task


class PlanningAtlas:
    """What the rooms below need to know of plans: names and ids."""

    def places_for(self, membership: Membership) -> Sequence[Place]:
        """Return the live projects that the person may read, each with its scenarios."""
        projects = selectors.projects_for(membership).filter(archived_at__isnull=True)
        scenarios = selectors.scenarios_for(membership).filter(archived_at__isnull=True)
        below: dict[UUID, list[Place]] = {}
        for one in scenarios.order_by("-is_baseline", Lower("name")):
            place = Place(ScopeKind.SCENARIO, one.pk, f"{one.project.name} · {one.name}")
            below.setdefault(one.project_id, []).append(place)
        return [
            place
            for project in projects.order_by(Lower("name"))
            for place in (
                Place(ScopeKind.PROJECT, project.pk, project.name),
                *below.get(project.pk, ()),
            )
        ]

    def find(
        self, membership: Membership, kind: ScopeKind, place_id: UUID, task_key: str = ""
    ) -> Place | None:
        """Return that place if the person may read it; a task by its project and key."""
        if kind == ScopeKind.SCENARIO:
            scenario = selectors.scenario_for(membership, place_id)
            return Place(kind, scenario.pk, str(scenario)) if scenario else None
        project = selectors.projects_for(membership).filter(pk=place_id).first()
        if project is None or kind == ScopeKind.PROJECT:
            return Place(kind, project.pk, project.name) if project else None
        tasks = selectors.tasks_for(membership).filter(scenario__project=project, key=task_key)
        task = tasks.order_by("-scenario__is_baseline").first()
        return Place(kind, project.pk, _task_name(task), task_key) if task else None

    def names_of(
        self, places: Sequence[tuple[UUID, str]], membership: Membership
    ) -> dict[tuple[UUID, str], str]:
        """Return what the places are called that the person may read, by id and task key."""
        ids = {place_id for place_id, _ in places}
        keys = {key for _, key in places if key}
        projects = selectors.projects_for(membership).in_bulk(ids)
        names = {(pk, ""): project.name for pk, project in projects.items()}
        scenarios = selectors.scenarios_for(membership).filter(pk__in=ids)
        names |= {(one.pk, ""): f"{one.project.name} · {one.name}" for one in scenarios}
        tasks = selectors.tasks_for(membership)
        tasks = tasks.filter(scenario__project__in=projects, key__in=keys)
        for task in tasks.select_related("scenario__project").order_by("scenario__is_baseline"):
            names[task.scenario.project_id, task.key] = _task_name(task)
        return names


def _task_name(task: Task) -> str:
    return f"{task.short_id} {task.name}"
