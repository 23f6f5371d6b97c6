"""Intentions in words: what a page or a script sends, for a preview and for the change alike."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from planning.core.durations import Units, parse_typed_duration
from planning.core.fields import inside, read_fields, read_moment
from planning.core.plan import Dependency, LinkType, Plan, PlanError
from planning.core.words import DEPENDENCY_FIELDS, read_dependency
from planning.interchange.day_edges import DayEdges
from planning.interchange.planfile import with_times
from planning.services import intentions
from planning.services.intentions import Intention

Words = Mapping[str, Any]


def read_intention(words: Words, plan: Plan) -> Intention:
    """Return what ``words`` mean for a plan.

    Parameters
    ----------
    words
        ``intention`` and what it takes; see :data:`FIELDS`.

    Raises
    ------
    PlanError
        With the name of the word that makes no sense.
    """
    name = words["intention"]
    for field in words:
        if field not in (*FIELDS[name], "intention", "revision"):
            raise PlanError(_("does not belong to this intention"), path=field)
    return _READERS[name](words, plan)


def _reschedule(words: Words, plan: Plan) -> Intention:
    timed = _timed(words, plan, "start")
    return intentions.reschedule_task(words["task"], timed)


def _resize(words: Words, plan: Plan) -> Intention:
    finish, duration = words.get("finish"), words.get("duration")
    if (finish is None) == (duration is None):
        raise PlanError(_("give either a finish or a duration"), path="finish")
    if finish is not None:
        return intentions.resize_task(words["task"], finish=_timed(words, plan, "finish"))
    try:
        typed = parse_typed_duration(str(duration), Units.of(plan.project))
    except PlanError as fault:
        raise inside("duration", fault) from None
    return intentions.resize_task(words["task"], minutes=typed.minutes)


def _move(words: Words, plan: Plan) -> Intention:
    return intentions.place_task(
        words["task"], parent=words.get("parent"), before=words.get("before")
    )


def _indent(words: Words, plan: Plan) -> Intention:
    return intentions.indent_task(words["task"])


def _outdent(words: Words, plan: Plan) -> Intention:
    return intentions.outdent_task(words["task"])


def _link(words: Words, plan: Plan) -> Intention:
    _type(words)
    return intentions.link_tasks(read_dependency(dict(words), Units.of(plan.project)))


def _change_link(words: Words, plan: Plan) -> Intention:
    former = _link_of(words, plan)
    given = {name: words[name] for name in DEPENDENCY_FIELDS if name in words}
    changed = replace(former, **read_fields(given, DEPENDENCY_FIELDS, Units.of(plan.project)))
    return intentions.change_link(former.key, changed)


def _unlink(words: Words, plan: Plan) -> Intention:
    return intentions.unlink_tasks(_key(words))


_READERS: dict[str, Callable[[Words, Plan], Intention]] = {
    "reschedule": _reschedule,
    "resize": _resize,
    "move": _move,
    "indent": _indent,
    "outdent": _outdent,
    "link": _link,
    "change_link": _change_link,
    "unlink": _unlink,
}
FIELDS: dict[str, tuple[str, ...]] = {
    "reschedule": ("task", "start"),
    "resize": ("task", "finish", "duration"),
    "move": ("task", "parent", "before"),
    "indent": ("task",),
    "outdent": ("task",),
    "link": ("from", "to", "type", "lag", "lag_calendar"),
    "change_link": ("from", "to", "type", "lag", "lag_calendar"),
    "unlink": ("from", "to", "type"),
}
"""Which words each intention takes; tasks are named by their keys."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "reschedule": ("task", "start"),
    "resize": ("task",),
    "move": ("task",),
    "indent": ("task",),
    "outdent": ("task",),
    "link": ("from", "to"),
    "change_link": ("from", "to"),
    "unlink": ("from", "to"),
}


def _timed(words: Words, plan: Plan, name: str) -> Any:
    """Return a moment; a date without a time is its first working minute, or its last."""
    task = plan.task(words["task"])
    edges = DayEdges({calendar.key: calendar for calendar in plan.calendars})
    field = {"start": "actual_start", "finish": "actual_finish"}[name]
    try:
        timed = with_times({field: words[name]}, edges, task.calendar or plan.project.calendar)
        return read_moment(timed[field])
    except PlanError as fault:
        raise inside(name, PlanError(fault.message)) from None


def _key(words: Words) -> str:
    return Dependency(words["from"], words["to"], _type(words)).key


def _type(words: Words) -> LinkType:
    try:
        return LinkType(words.get("type", "FS"))
    except ValueError:
        raise PlanError(_("must be FS, SS, FF or SF"), path="type") from None


def _link_of(words: Words, plan: Plan) -> Dependency:
    key = _key(words)
    for link in plan.dependencies:
        if link.key == key:
            return link
    raise PlanError(_("This link no longer exists."))
