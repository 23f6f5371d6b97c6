"""What people call the tasks of other projects: ``OTHER-12FS+2d``, in a cell and back.

Who may not see the other project reads “Restricted task”; its dates hold all
the same.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lineo.accounts.asker import asker
from lineo.accounts.models import Membership
from lineo.accounts.tenancy import current_person_id, current_workspace_id
from planning import others
from planning.core.durations import Units, parse_typed_lag
from planning.core.plan import Dependency, ExternalLink, Lag, LinkType, PlanError, Task, TaskKind
from planning.models import Project, Scenario
from planning.models import Task as TaskRow
from planning.others import Place
from planning.typed.values import link_text

_OTHER = re.compile(
    r"(?P<code>[A-Za-z][A-Za-z0-9]{1,9})-(?P<number>\d{1,9})"
    r"\s*(?P<type>FS|SS|FF|SF)?\s*(?P<lag>[+−-].+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OtherName:
    """What a task of another project is called, and where it is; nothing of it if it is hidden."""

    label: str
    name: str = ""
    url: str = ""
    project: str = ""
    is_typed: bool = False


def names_of(places: Iterable[Place]) -> dict[Place, OtherName]:
    """Return what the person who is looking may call these tasks."""
    wanted = set(places)
    if not wanted:
        return {}
    visible = others.visible_places(viewer(), wanted)
    rows = Project.objects.filter(pk__in=others.project_ids(wanted))
    projects = {str(row.pk): row for row in rows}
    shown = others.shown_scenarios([row.pk for row in projects.values()])
    tasks = TaskRow.objects.filter(
        scenario__in=[scenario.pk for scenario in shown.values()],
        key__in={key for _project, key in wanted},
    ).values_list("scenario__project_id", "key", "number", "name", "pk")
    found = {(str(project), key): rest for project, key, *rest in tasks}
    return {place: _name(place, projects, visible, found) for place in wanted}


def _name(
    place: Place,
    projects: Mapping[str, Project],
    visible: set[Place],
    found: Mapping[Place, Sequence[Any]],
) -> OtherName:
    project = projects.get(place[0])
    if project is None:
        return OtherName(_("Task of a deleted project"))
    if place not in visible:
        return OtherName(_("Restricted task"))
    if place not in found:
        return OtherName(_("Deleted task of %(code)s") % {"code": project.code})
    number, name, pk = found[place]
    return OtherName(
        f"{project.code}-{number}",
        name,
        reverse("planning:task", args=[pk]),
        project.name,
        is_typed=True,
    )


def links_text(
    links: Sequence[ExternalLink], names: Mapping[Place, OtherName], units: Units, *, typed: bool
) -> str:
    """Return links as a person would type them; with ``typed`` only those that can be."""
    found = [(names[link.project, link.task], link) for link in links]
    return ", ".join(
        link_text(Dependency("", "", link.type, link.lag), name.label, units)
        for name, link in found
        if name.is_typed or not typed
    )


def split(text: str, code: str) -> tuple[str, list[str]]:
    """Return the part of a cell that is about the plan itself, and the parts about other projects.

    ``code`` is the project's own.
    """
    own: list[str] = []
    foreign: list[str] = []
    for part in re.split(r"[;,\n]", text):
        match = _OTHER.fullmatch(part.strip())
        is_other = match is not None and match["code"].upper() != code.upper()
        (foreign if is_other else own).append(part.strip())
    return ", ".join(filter(None, own)), foreign


def fields_from(parts: Sequence[str], task: Task, scenario: Scenario) -> dict[str, Any]:
    """Return the fields of a task that waits for these in other projects, and no others.

    What the person can't see, and so can't type, stays.

    Raises
    ------
    PlanError
        If a part is no task that they may see.
    """
    if not parts and not task.external_links:
        return {}
    if task.kind is TaskKind.SUMMARY and parts:
        raise PlanError(_("A summary can’t wait for another project; link a task below it."))
    names = names_of(others.places_of(task.external_links))
    unseen = [link for link in task.external_links if not _is_typed(link, names)]
    units = Units(scenario.minutes_per_day, scenario.minutes_per_week)
    links = dict.fromkeys([*unseen, *(read_link(part, units) for part in parts)])
    wanted = tuple(links)
    return {} if set(wanted) == set(task.external_links) else {"external_links": wanted}


def read_link(text: str, units: Units) -> ExternalLink:
    """Return the link that ``OTHER-12FS+2d`` names.

    Raises
    ------
    PlanError
        If there is no such task that the person may see.
    """
    match = _OTHER.fullmatch(text.strip())
    if match is None:
        raise PlanError(
            _("“%(text)s” is no task of another project; write one such as OTHER-12FS+2d.")
            % {"text": text[:40]}
        )
    project, key = _found(match["code"].upper(), int(match["number"]))
    lag = parse_typed_lag(match["lag"], units) if match["lag"] else Lag()
    return ExternalLink(project, key, LinkType((match["type"] or "FS").upper()), lag)


def _found(code: str, number: int) -> Place:
    project = Project.objects.filter(code=code).first()
    if project is not None and number < 2**31:
        shown = others.shown_of(project)
        keys = TaskRow.objects.filter(scenario=shown, number=number).values_list("key", flat=True)
        place = (str(project.pk), keys.first() or "")
        if place[1] and others.visible_places(viewer(), [place]):
            return place
    raise PlanError(_("There is no task %(code)s-%(number)s.") % {"code": code, "number": number})


def _is_typed(link: ExternalLink, names: Mapping[Place, OtherName]) -> bool:
    return names[link.project, link.task].is_typed


def viewer() -> Membership | None:
    """Return who reads or types; None is the system, for whom nothing is hidden."""
    who, person = asker(), current_person_id()
    if who is not None or person is None:
        return who
    rows = Membership.objects.filter(workspace=current_workspace_id(), person=person)
    return rows.select_related("workspace").first()
