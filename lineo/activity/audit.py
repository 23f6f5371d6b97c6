"""Writes the audit trail: one entry for each deed that is told."""

from typing import Any

from lineo.accounts.happened import Fact
from lineo.activity.models import AuditEntry
from lineo.requests import request_id


def record(*, fact: Fact, **_: Any) -> None:
    """Write the entry of ``fact``, in the transaction of the deed."""
    subject = fact.subject
    AuditEntry.objects.create(
        action=fact.action,
        actor=fact.actor,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_name=_storable(subject.name)[:200],
        project_id=subject.project_id,
        scenario_id=subject.scenario_id,
        before=_storable(fact.before),
        after=_storable(fact.after),
        request_id=request_id.get(),
    )


def _storable(value: Any) -> Any:
    """Return ``value`` without what PostgreSQL can't hold in a text."""
    if isinstance(value, str):
        return str(value).replace("\0", "").encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_storable(str(key)): _storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_storable(one) for one in value]
    return value
