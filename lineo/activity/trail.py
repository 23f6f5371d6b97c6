"""Reads the audit trail: changes of plans and all other deeds, in their one order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lineo.accounts.models import Membership, User
from lineo.accounts.policy import Action, demand, may, scope_chain
from lineo.activity.models import AuditEntry, Change, Event, Source
from lineo.activity.sight import Sight
from lineo.alphabet import in_alphabet


@dataclass(frozen=True, slots=True)
class Asked:
    """What someone looks for in the trail; what is left out matches all.

    ``since`` and ``until`` are days, both included.
    """

    actor: UUID | None = None
    action: str = ""
    subject: UUID | None = None
    text: str = ""
    since: date | None = None
    until: date | None = None

    def condition(self) -> Q:
        """Return what an event must satisfy."""
        found = Q()
        if self.actor:
            found &= Q(actor=self.actor)
        if self.action:
            found &= Q(action=self.action)
        if self.subject:
            found &= (
                Q(subject_id=self.subject)
                | Q(project_id=self.subject)
                | Q(scenario_id=self.subject)
            )
        if self.since:
            found &= Q(created_at__gte=_start_of(self.since))
        # Nothing happens after the last day that there is, and no day follows it.
        if self.until and self.until < date.max:
            found &= Q(created_at__lt=_start_of(self.until) + timedelta(days=1))
        return found & self._has_text() if self.text else found

    def _has_text(self) -> Q:
        either = Q(request_id=self.text) | Q(token_name__icontains=self.text)
        entries = AuditEntry.objects.filter(either | Q(subject_name__icontains=self.text))
        changes = Change.objects.filter(either | Q(summary__icontains=self.text))
        ids = Q(pk__in=entries.values("pk")) | Q(pk__in=changes.values("pk"))
        return ids | Q(action__icontains=self.text)


@dataclass(frozen=True, slots=True)
class Line:
    """One deed as people read it: ``row`` is its change or entry.

    Of one that ``is_withheld`` a rule hides what it was done to and what it changed.
    """

    event: Event
    row: Change | AuditEntry
    is_withheld: bool = False

    @property
    def what(self) -> str:
        """What it was done to, by its name, or what a change of a plan did."""
        if self.is_withheld:
            return ""
        return self.row.summary if isinstance(self.row, Change) else self.row.subject_name

    @property
    def before(self) -> Any:
        return None if isinstance(self.row, Change) or self.is_withheld else self.row.before

    @property
    def after(self) -> Any:
        return None if isinstance(self.row, Change) or self.is_withheld else self.row.after

    @property
    def edits(self) -> list[Any]:
        """What a change of a plan changed, each with its value before and after."""
        if self.is_withheld or not isinstance(self.row, Change):
            return []
        return list(self.row.edits)

    @property
    def values(self) -> list[tuple[str, str, str]]:
        """Return each thing that an entry changed: its name, before and after, in words."""
        before, after = self.before, self.after
        if isinstance(before, dict) or isinstance(after, dict):
            names = list({**(before or {}), **(after or {})})
            return [(name, _said(before, name), _said(after, name)) for name in names]
        told = ("", _word(before), _word(after))
        return [told] if any(told) else []


def may_read_trail(membership: Membership | None) -> bool:
    """Return whether the person may read who did what."""
    return membership is not None and may(
        membership, Action.ADMINISTER, scopes=scope_chain(membership.workspace_id)
    )


def trail_for(membership: Membership, asked: Asked) -> QuerySet[Event]:
    """Return the events that match, the newest first.

    Raises
    ------
    PermissionDenied
        Unless the person administers the workspace.
    """
    demand(membership, Action.ADMINISTER, scopes=scope_chain(membership.workspace_id))
    rows = Event.objects.filter(asked.condition(), workspace_id=membership.workspace_id)
    withheld = Sight([membership]).withheld()
    if asked.text and withheld is not None:
        rows = rows.exclude(withheld)  # or words would find what they are not shown
    return rows.order_by("-sequence")


def lines_of(events: Sequence[Event], sight: Sight) -> list[Line]:
    """Return what stands behind ``events``, as far as that goes, in two or three queries."""
    rows: dict[UUID, Change | AuditEntry] = {}
    for source, model in ((Source.CHANGE, Change), (Source.ENTRY, AuditEntry)):
        ids = [event.pk for event in events if event.source == source]
        if ids:
            rows |= model.objects.select_related("actor").in_bulk(ids)
    withheld = sight.withheld_of(events)
    return [Line(event, rows[event.pk], event.pk in withheld) for event in events]


def actions_in(membership: Membership) -> list[str]:
    """Return every action that occurs in the trail."""
    rows = Event.objects.filter(workspace_id=membership.workspace_id)
    return list(rows.order_by("action").values_list("action", flat=True).distinct())


def actors_in(membership: Membership) -> list[User]:
    """Return everyone who is or was in the workspace, by name."""
    rows = User.objects.filter(memberships__workspace=membership.workspace_id)
    return sorted(rows, key=lambda person: in_alphabet(str(person)))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _said(values: Any, name: str) -> str:
    return _word(values.get(name)) if isinstance(values, dict) else ""


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
