"""Why a date is what it is, in sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from planning import selectors, snapshot
from planning.core.paths import path_through
from planning.core.sentences import spaced
from planning.models import Task
from planning.others import Place
from planning.typed import other_names
from planning.typed.other_names import OtherName

SHOWN_STEPS = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One task of a path; ``skipped`` says how many stand before it unseen."""

    task: Task
    is_here: bool = False
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Reasons:
    """What holds a task back, what it may not pass, and the path that it is on."""

    driven_by: list[str]
    limited_by: list[str]
    path: list[Step]
    is_longest: bool


def reasons_of(task: Task) -> Reasons:
    """Return the reasons that the last commit found for the task's dates."""
    found = snapshot.shown(task.scenario)
    if not found.plan.has_task(task.key):
        return Reasons([], [], [], is_longest=False)
    path = path_through(found.plan, found.schedule, task.key)
    before, after = path.before[-SHOWN_STEPS:], path.after[:SHOWN_STEPS]
    reasons = [*task.driven_by, *task.limited_by]
    keys = {reason.get("id") for reason in reasons} | {*before, *after, *path.after[-1:]}
    rows = selectors.tasks_of(task.scenario).filter(key__in=[key for key in keys if key])
    others = {row.key: row for row in rows}
    elsewhere = other_names.names_of(_elsewhere(task))
    return Reasons(
        driven_by=list(_driven(task, others, elsewhere)),
        limited_by=[_sentence(reason, others, _LATE) for reason in task.limited_by],
        path=_steps(task, path.before, path.after, others),
        is_longest=task.on_longest_path,
    )


def _driven(
    task: Task, others: Mapping[str, Task], elsewhere: Mapping[Place, OtherName]
) -> Iterator[str]:
    for reason in task.driven_by:
        if reason["kind"] == "external":
            yield _told(reason, _named(elsewhere[_place(reason)]), _EARLY)
        else:
            yield _sentence(reason, others, _EARLY)
    if task.network_start and task.network_finish:
        yield _("Its links alone would put it at %(start)s – %(finish)s.") % {
            "start": _day(task.network_start),
            "finish": _day(task.network_finish),
        }


def _steps(
    task: Task, before: tuple[str, ...], after: tuple[str, ...], others: Mapping[str, Task]
) -> list[Step]:
    """Return a few tasks on either side, and the last of all."""
    if not before and not after:
        return []
    steps = [Step(others[key]) for key in before[-SHOWN_STEPS:] if key in others]
    hidden = len(before) - len(steps)
    steps.append(Step(task, is_here=True))
    steps += [Step(others[key]) for key in after[:SHOWN_STEPS] if key in others]
    if len(after) > SHOWN_STEPS and after[-1] in others:
        steps.append(Step(others[after[-1]], skipped=len(after) - SHOWN_STEPS - 1))
    first = steps[0]
    return [Step(first.task, first.is_here, hidden), *steps[1:]]


def _sentence(
    reason: Mapping[str, Any], others: Mapping[str, Task], sentences: Mapping[str, Any]
) -> str:
    kind = reason["kind"]
    if kind == "dependency":
        return _link_sentence(reason, others, sentences)
    if kind == "constraint":
        return _constraint_sentence(reason)
    return _PLAIN[kind]() if kind in _PLAIN else str(kind)


def _link_sentence(
    reason: Mapping[str, Any], others: Mapping[str, Task], sentences: Mapping[str, Any]
) -> str:
    other = others.get(reason.get("id") or "")
    name = _("a task that is not shown") if other is None else _linked(other)
    return _told(reason, name, sentences)


def _told(reason: Mapping[str, Any], name: str, sentences: Mapping[str, Any]) -> str:
    """Return the sentence of a link whose other end is called ``name``."""
    text = sentences[reason.get("type") or "FS"]()
    lag = str(reason.get("lag") or "0d")
    if lag.strip("-e") in ("0d", "0m", "0h", "0w", "0%"):
        return format_html("{}", format_html(text, task=name))
    amount = spaced(lag.removeprefix("-"))
    added = _("({lag} earlier)") if lag.startswith("-") else _("({lag} later)")
    return format_html("{} {}", format_html(text, task=name), format_html(added, lag=amount))


def _elsewhere(task: Task) -> list[Place]:
    """Return the tasks of other projects that drive this one."""
    return [_place(reason) for reason in task.driven_by if reason["kind"] == "external"]


def _place(reason: Mapping[str, Any]) -> Place:
    project, _bar, key = str(reason["id"]).partition("|")
    return project, key


def _named(other: OtherName) -> str:
    if not other.url:
        return format_html("“{}”", other.label)
    label = format_html('<a class="link" href="{}">{} {}</a>', other.url, other.label, other.name)
    return format_html(_("{task} of “{project}”"), task=label, project=other.project)


def _linked(other: Task) -> str:
    address = reverse("planning:task", args=[other.pk])
    return format_html('<a class="link" href="{}">{}</a>', address, other.name)


def _constraint_sentence(reason: Mapping[str, Any]) -> str:
    sentence = _CONSTRAINTS.get(reason.get("type") or "")
    if sentence is None:
        return _("A constraint of its own.")
    date = reason.get("date")
    return sentence() % {"date": _day(datetime.fromisoformat(date)) if date else ""}


def _day(moment: datetime) -> str:
    return f"{date_format(moment, _('j M Y'))}, {date_format(moment, 'H:i')}"


_EARLY = {
    "FS": lambda: _("It starts when {task} finishes."),
    "SS": lambda: _("It starts when {task} starts."),
    "FF": lambda: _("It finishes when {task} finishes."),
    "SF": lambda: _("It finishes when {task} starts."),
}
_LATE = {
    "FS": lambda: _("It must finish in time for {task} to start."),
    "SS": lambda: _("It must start in time for {task} to start."),
    "FF": lambda: _("It must finish in time for {task} to finish."),
    "SF": lambda: _("It must start in time for {task} to finish."),
}
_CONSTRAINTS = {
    "SNET": lambda: _("It may not start before %(date)s."),
    "SNLT": lambda: _("It must start by %(date)s."),
    "FNET": lambda: _("It may not finish before %(date)s."),
    "FNLT": lambda: _("It must finish by %(date)s."),
    "MSO": lambda: _("It must start on %(date)s."),
    "MFO": lambda: _("It must finish on %(date)s."),
    "ALAP": lambda: _("It is as late as possible."),
    "deadline": lambda: _("Its deadline is %(date)s."),
}
_PLAIN = {
    "data_date": lambda: _("Nothing that remains is scheduled before the data date."),
    "project_start": lambda: _("The plan starts then, and nothing else holds it."),
    "calendar": lambda: _("Its calendar has no work before."),
    "actual": lambda: _("It happened then."),
    "manual": lambda: _("Its dates were set by hand."),
    "project_finish": lambda: _("Later, it would move the finish of the plan."),
    "must_finish_by": lambda: _("The plan must finish by a date, and later it would not."),
}
