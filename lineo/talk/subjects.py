"""What is talked about, as one value for whatever kind it is."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.talk.models import About, SubjectKind
from planning import selectors as planning
from planning import veil
from planning.access import demand_on
from planning.api import reads
from planning.models import Project, Promotion, Risk, Scenario, Task, Update
from planning.people import readers_of
from planning.task_access import demand_on_task

Row = Task | Risk | Scenario | Update | Promotion


@dataclass(frozen=True, slots=True)
class Subject:
    """A task, a risk, a scenario, an update or a decision: where it stands and what it is called.

    ``pk`` is the row through which a person looks at it; a task has one in
    each scenario.
    """

    kind: SubjectKind
    pk: UUID
    project: Project
    title: str
    key: str = ""
    scenario: Scenario | None = None
    update: Update | None = None
    promotion: Promotion | None = None
    task: Task | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a row that say what it is about."""
        is_scenario = self.kind is SubjectKind.SCENARIO
        return {
            "project": self.project,
            "subject_kind": self.kind,
            "subject_key": self.key,
            "scenario": self.scenario if is_scenario else None,
            "update": self.update,
            "promotion": self.promotion,
        }

    @property
    def place(self) -> Scenario | Project:
        """Where the policy is asked: the scenario that it is seen in, else the project."""
        return self.scenario or self.project

    def demand(self, actor: User, action: Action) -> None:
        """Raise ``PermissionDenied`` unless ``actor`` may do this here."""
        if self.task is not None:
            demand_on_task(self.task, actor, action)
        else:
            demand_on(self.place, actor, action)

    def readers(self) -> list[User]:
        """Return the people who may read it."""
        return readers_of(self.place, task=self.task)

    @property
    def talk_url(self) -> str:
        """The page on which it is talked about."""
        return reverse(f"talk:{self.kind}-talk", args=[self.pk])

    @property
    def add_url(self) -> str:
        """Where a new comment is sent."""
        return reverse(f"talk:add-{self.kind}-comment", args=[self.pk])

    @property
    def row_url(self) -> str:
        """The thing itself."""
        if self.kind is SubjectKind.UPDATE:
            return self.talk_url
        return reverse(f"planning:{self.kind}", args=[self.pk])


def of_row(row: Row) -> Subject:
    """Return ``row`` as something to talk about; tasks and risks bring scenario and project."""
    match row:
        case Task():
            return _of_plan(SubjectKind.TASK, row, row.scenario)
        case Risk():
            return _of_plan(SubjectKind.RISK, row, row.scenario)
        case Scenario():
            return Subject(SubjectKind.SCENARIO, row.pk, row.project, row.name, scenario=row)
        case Promotion():
            project = Project.objects.get(pk=row.project_id)
            return Subject(SubjectKind.PROMOTION, row.pk, project, row.scenario_name, promotion=row)
    return Subject(SubjectKind.UPDATE, row.pk, row.project, str(row), update=row)


def rows_for(who: planning.Who, kind: SubjectKind) -> Any:
    """Return the rows of that kind that a person may read."""
    match kind:
        case SubjectKind.TASK:
            return planning.tasks_for(who).exclude(pk__in=veil.hidden_ids())
        case SubjectKind.RISK:
            return planning.risks_for(who)
        case SubjectKind.SCENARIO:
            return planning.scenarios_for(who)
        case SubjectKind.PROMOTION:
            return planning.promotions_for(who)
    rows = planning.with_scenario(reads.updates(who))
    return rows.select_related("project", "author", "forecast")


def of_about(about: About, who: planning.Who, *, seen_in: UUID | None = None) -> Subject:
    """Return what a row is about, seen through a scenario that the person may read.

    ``seen_in`` is where they look at it; else it is where it was written, or
    the baseline.

    Raises
    ------
    LookupError
        If they may not read it, or it is in no scenario any more.
    """
    kind = SubjectKind(about.subject_kind)
    rows = rows_for(who, kind)
    if kind in (SubjectKind.TASK, SubjectKind.RISK):
        same = rows.filter(scenario__project=about.project_id, key=about.subject_key)
        wanted = (seen_in, getattr(about, "written_in_id", None))
        found = min(same, key=lambda row: _nearness(row, wanted), default=None)
    else:
        found = rows.filter(pk=getattr(about, f"{kind}_id")).first()
    if found is None:
        raise LookupError(about.pk)
    return of_row(found)


def _nearness(row: Any, wanted: tuple[UUID | None, ...]) -> tuple[bool, bool, bool, bool]:
    scenario = row.scenario
    return (
        scenario.pk != wanted[0],
        scenario.pk != wanted[1],
        not scenario.is_baseline,
        scenario.is_archived,
    )


def _of_plan(kind: SubjectKind, row: Task | Risk, scenario: Scenario) -> Subject:
    task = row if isinstance(row, Task) else None
    return Subject(
        kind, row.pk, scenario.project, row.name, key=row.key, scenario=scenario, task=task
    )
