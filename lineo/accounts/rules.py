"""The rules of a workspace, read with the membership of whoever asks."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.models import Membership, PolicyRule, Role
from lineo.accounts.scopes import Rule, Scope, TaskInProject

_FIELDS = ("person_id", "role", "action", "allows", "kind", "subject_id", "task_key")


def with_rules(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Return the memberships, each with the rules that speak of it, in the same query."""
    return memberships.annotate(
        rule_rows=_rows(
            Q(person=OuterRef("person_id")) | Q(role=OuterRef("role")),
            workspace=OuterRef("workspace_id"),
        )
    )


def rules_of(membership: Membership) -> tuple[Rule, ...]:
    """Return the rules that speak of this person; an owner needs none.

    Where the membership was read without them, they are read once, in the
    context of its workspace.
    """
    if membership.known_rules is None:
        membership.known_rules = tuple(map(_rule, _known_rows(membership)))
    return membership.known_rules


def _known_rows(membership: Membership) -> list[dict[str, Any]]:
    if membership.role == Role.OWNER or membership._state.adding:
        return []
    if not hasattr(membership, "rule_rows"):
        read = with_rules(Membership.objects.filter(pk=membership.pk))
        found = read.values_list("rule_rows", flat=True).first()  # type: ignore[misc]
        return list(found or ())
    return list(membership.rule_rows)


def _rows(*conditions: Q, **fields: Any) -> ArraySubquery:
    rows = PolicyRule.objects.filter(*conditions, **fields).order_by()
    return ArraySubquery(rows.values(json=JSONObject(**{name: name for name in _FIELDS})))


def _rule(row: dict[str, Any]) -> Rule:
    subject = UUID(row["subject_id"])
    place = TaskInProject(subject, row["task_key"]) if row["task_key"] else subject
    return Rule(
        scope=Scope(ScopeKind(row["kind"]), place),
        action=Action(row["action"]),
        allows=row["allows"],
        person_id=UUID(row["person_id"]) if row["person_id"] else None,
        role=row["role"] or None,
    )
