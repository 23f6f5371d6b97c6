"""Why a date is what it is, in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from planning import selectors
from planning.models import Task


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause, with the page of the task that it comes from."""

    text: str
    url: str = ""
    name: str = ""
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reasons:
    """What holds a task back, and what it may not pass."""

    driven_by: list[Reason]
    limited_by: list[Reason]


def reasons_of(task: Task) -> Reasons:
    """Return the reasons that the last commit found for the task's dates."""
    keys = {reason.get("id") for reason in [*task.driven_by, *task.limited_by]}
    rows = selectors.tasks_of(task.scenario).filter(key__in=[key for key in keys if key])
    others = {row.key: row for row in rows}
    return Reasons(
        driven_by=[_reason(reason, others, task, is_late=False) for reason in task.driven_by],
        limited_by=[_reason(reason, others, task, is_late=True) for reason in task.limited_by],
    )


def _reason(
    reason: Mapping[str, Any], others: Mapping[str, Task], task: Task, *, is_late: bool
) -> Reason:
    other = others.get(reason.get("id") or "")
    if reason["kind"] == "dependency" and other is not None:
        return Reason(
            text=_link_text(reason, is_late=is_late),
            url=reverse("planning:task", args=[other.pk]),
            name=other.name,
            date=other.late_start if is_late else other.finish,
        )
    return Reason(text=_plain_text(reason["kind"], task))


def _link_text(reason: Mapping[str, Any], *, is_late: bool) -> str:
    lag = reason.get("lag") or "0d"
    link = str(reason.get("type", "FS"))
    suffix = "" if lag in ("0d", "0m", "0h") else f" {lag if lag.startswith('-') else '+' + lag}"
    if is_late:
        return _("It must leave room for its successor (%(link)s)") % {"link": link + suffix}
    return _("It waits for its predecessor (%(link)s)") % {"link": link + suffix}


def _plain_text(kind: str, task: Task) -> str:
    return {
        "constraint": _("Its constraint: %(what)s")
        % {"what": task.get_constraint_type_display() or "–"},
        "data_date": _("Nothing that remains is scheduled before the data date."),
        "project_start": _("The plan starts then, and nothing else holds it."),
        "calendar": _("Its calendar has no work before."),
        "actual": _("It happened then."),
        "manual": _("Its dates were set by hand."),
        "project_finish": _("The plan’s finish: a later date would move it."),
        "must_finish_by": _("The date by which the plan must finish."),
    }.get(kind, kind)
