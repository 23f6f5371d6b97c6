"""Who can be named, and by which words."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from lineo.accounts.models import Membership, User
from lineo.accounts.policy import Action
from lineo.accounts.rules import with_rules
from lineo.alphabet import in_alphabet
from planning.access import may_on
from planning.models import Project, Scenario, Task
from planning.task_access import may_read_task


def readers_of(place: Project | Scenario, *, task: Task | None = None) -> list[User]:
    """Return the people of the workspace who may read there (and that task), by name."""
    readers = _readers_of(place)
    if task is not None:
        readers = may_read_task(task, readers)
    return sorted((one.person for one in readers), key=lambda person: in_alphabet(str(person)))


def readers_of_each(scenario: Scenario, tasks: Iterable[Task]) -> dict[str, set[UUID]]:
    """Return who may read each of several tasks of one scenario, by its key."""
    readers = _readers_of(scenario)
    return {task.key: {one.person_id for one in may_read_task(task, readers)} for task in tasks}


def _readers_of(place: Project | Scenario) -> list[Membership]:
    members = Membership.objects.filter(
        workspace=place.workspace_id, is_suspended=False, person__is_active=True
    ).select_related("person")
    return [one for one in with_rules(members) if may_on(place, one, Action.READ)]


def shown_labels(people: list[User]) -> dict[User, str]:
    """Return what names each: the name, or the address where two share a name or there is none."""
    names = Counter(person.name.lower() for person in people)
    return {
        person: person.name if person.name and names[person.name.lower()] == 1 else person.email
        for person in people
    }


def labels_of(people: list[User]) -> dict[str, UUID]:
    """Return whom each label names, in lower case: every address, and every name of one person."""
    names = Counter(person.name.lower() for person in people if person.name)
    found = {name: person.pk for person in people if names[name := person.name.lower()] == 1}
    return found | {person.email.lower(): person.pk for person in people}


def sees_addresses(membership: Membership | None) -> bool:
    """Return whether somebody is shown other people's e-mail addresses: who manages people is."""
    return may_on(None, membership, Action.MANAGE_PEOPLE)


def matching(people: list[User], typed: str, *, by_address: bool = False) -> list[User]:
    """Return those whose name has a word that begins with ``typed``.

    A whole address finds its person too; with ``by_address`` its beginning does.
    """
    typed = typed.casefold().strip()
    return [
        person
        for person in people
        if person.email == typed
        or (person.email.startswith(typed) and (by_address or not person.name))
        or person.name.casefold().startswith(typed)
        or any(word.startswith(typed) for word in person.name.casefold().split())
    ]
