"""Work facts as people type them into a cell, and how a cell shows them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lineo.accounts.models import User
from planning.models import Cycle, Priority, Project
from planning.people import matching, readers_of, shown_labels
from planning.work.facts import Work

FIELDS = ("assignees", "priority", "labels", "cycle")


def shown(work: Work, field: str) -> str:
    """Return what a cell shows, which is also what editing it begins with."""
    match field:
        case "assignees":
            return ", ".join(map(str, work.assignees))
        case "labels":
            return ", ".join(label.name for label in work.labels)
        case "cycle":
            return work.cycle.name if work.cycle else ""
    return str(work.priority.label) if work.priority else ""


def read(project: Project, field: str, typed: str) -> dict[str, Any]:
    """Return what ``typed`` asks for, as :func:`planning.work.services.set_work` takes it.

    Raises
    ------
    ValidationError
        If nobody, or more than one, is called so; or there is no such priority or cycle.
    """
    words = [word.strip() for word in typed.split(",") if word.strip()]
    match field:
        case "assignees":
            return {"assignees": _people(project, words)}
        case "labels":
            return {"labels": words}
        case "cycle":
            return {"cycle": _cycle(project, typed.strip())}
    return {"priority": _priority(typed.strip())}


def _people(project: Project, words: list[str]) -> list[User]:
    readers = readers_of(project) if words else []
    return [_person(readers, word) for word in words]


def _person(readers: list[User], word: str) -> User:
    word = word.removeprefix("@")
    exact = [one for one in readers if word.casefold() in (one.name.casefold(), one.email)]
    found = exact or matching(readers, word)
    if len(found) == 1:
        return found[0]
    if not found:
        raise ValidationError(
            _("Nobody who may read this project is called “%(name)s”.") % {"name": word[:60]}
        )
    labels = shown_labels(readers)
    names = ", ".join(labels[one] for one in found[:5])
    raise ValidationError(_("Whom do you mean: %(names)s?") % {"names": names})


def _priority(word: str) -> Priority:
    known = {str(label).casefold(): value for value, label in Priority.choices}
    known |= {priority.name.casefold(): priority.value for priority in Priority}
    known |= {str(priority.value): priority.value for priority in Priority} | {"": 0}
    if word.casefold() not in known:
        choices = ", ".join(str(label) for _value, label in Priority.choices)
        raise ValidationError(_("Write one of %(choices)s.") % {"choices": choices})
    return Priority(known[word.casefold()])


def _cycle(project: Project, name: str) -> Cycle | None:
    if not name:
        return None
    found = Cycle.objects.filter(project=project, name__iexact=name).first()
    if found is None:
        names = ", ".join(Cycle.objects.filter(project=project).values_list("name", flat=True))
        raise ValidationError(
            _("There is no cycle “%(name)s”; this project has: %(names)s.")
            % {"name": name[:60], "names": names or "–"}
        )
    return found
