"""Who can be named, and by which words."""

from collections import Counter
from uuid import UUID

from lineo.accounts.models import Membership, User
from lineo.accounts.policy import Action
from planning.access import may_on
from planning.models import Project, Scenario, Task
from planning.task_access import may_read_task

MOST_PEOPLE = 500


def readers_of(place: Project | Scenario, *, task: Task | None = None) -> list[User]:
    """Return the people of the workspace who may read there (and that task), by name."""
    memberships = Membership.objects.filter(
        workspace=place.workspace_id, is_suspended=False, person__is_active=True
    ).select_related("person")
    readers = [one for one in memberships[:MOST_PEOPLE] if may_on(place, one, Action.READ)]
    if task is not None:
        readers = may_read_task(task, readers)
    return sorted((one.person for one in readers), key=lambda person: str(person).casefold())


def label_of(person: User, among: list[User]) -> str:
    """Return what names ``person``: the name, or the address where two share a name."""
    shared = sum(one.name.casefold() == person.name.casefold() for one in among)
    return person.name if person.name and shared == 1 else person.email


def labels_of(people: list[User]) -> dict[str, UUID]:
    """Return whom each label names, in lower case: every address, and every name of one person."""
    names = Counter(person.name.casefold() for person in people if person.name)
    found = {name: person.pk for person in people if names[name := person.name.casefold()] == 1}
    return found | {person.email.casefold(): person.pk for person in people}


def matching(people: list[User], typed: str) -> list[User]:
    """Return those whose name or address has a word that begins with ``typed``."""
    typed = typed.casefold().strip()
    return [
        person
        for person in people
        if person.email.startswith(typed)
        or person.name.casefold().startswith(typed)
        or any(word.startswith(typed) for word in person.name.casefold().split())
    ]
