"""What is known of pieces of work, read for many keys in one query."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from lineo.accounts.models import User
from lineo.alphabet import in_alphabet
from planning import veil
from planning.models import Cycle, Label, Priority, TaskAssignee, TaskLabel, TaskWork


@dataclass(frozen=True, slots=True)
class Work:
    """Who does a task, how urgent it is, what it is called by and in which time box."""

    assignees: tuple[User, ...] = ()
    priority: Priority = Priority.NONE
    labels: tuple[Label, ...] = ()
    cycle: Cycle | None = None
    version: int = 0

    @property
    def marks(self) -> tuple[str, ...]:
        """The words by which a filter finds it: ``@person``, ``#label``, ``!priority``, ``~cycle``.

        In lower case; a person is found by each word of the name, without one by the address.
        """
        people = [
            f"@{word}"
            for person in self.assignees
            for word in person.name.casefold().split() or [person.email]
        ]
        labels = [f"#{word}" for label in self.labels for word in label.name.casefold().split()]
        urgency = [f"!{self.priority.label.casefold()}"] if self.priority else []
        cycle = [f"~{word}" for word in self.cycle.name.casefold().split()] if self.cycle else []
        return (*people, *labels, *urgency, *cycle)


NOTHING = Work()


def works_of(project_id: UUID, keys: Collection[str] | None = None) -> Mapping[str, Work]:
    """Return what is known of each piece of work, by its key; of all of them without ``keys``."""
    rows = TaskWork.objects.filter(project=project_id).select_related("cycle")
    if keys is not None:
        rows = rows.filter(key__in=keys)
    hidden = veil.hidden().by_project.get(project_id, frozenset())
    found = rows.annotate(people=_PEOPLE, marks=_LABELS)
    return {row.key: _work(row) for row in found if row.key not in hidden}


def _same(model: type[TaskAssignee | TaskLabel]) -> QuerySet[Any]:
    return model.objects.filter(project=OuterRef("project"), key=OuterRef("key"))


_PEOPLE = ArraySubquery(
    _same(TaskAssignee).values(
        words=JSONObject(id="person__id", name="person__name", email="person__email")
    )
)
_LABELS = ArraySubquery(
    _same(TaskLabel).values(
        words=JSONObject(id="label__id", name="label__name", colour="label__colour")
    )
)


def _work(row: Any) -> Work:
    people = [User(**{**words, "id": UUID(words["id"])}) for words in row.people]
    labels = [Label(**{**words, "id": UUID(words["id"])}) for words in row.marks]
    return Work(
        assignees=tuple(sorted(people, key=lambda person: in_alphabet(str(person)))),
        priority=Priority(row.priority),
        labels=tuple(sorted(labels, key=lambda label: in_alphabet(label.name))),
        cycle=row.cycle,
        version=row.version,
    )


def work_of(project_id: UUID, key: str) -> Work:
    """Return what is known of one piece of work."""
    return works_of(project_id, [key]).get(key, NOTHING)
