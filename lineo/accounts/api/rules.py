"""Rules on top of the roles over HTTP."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lineo.accounts import rule_services as services
from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.api.views import PERSON, PeopleView, person
from lineo.accounts.models import PolicyRule, Role
from lineo.accounts.places import Place, atlas
from lineo.api.errors import Fault, InvalidError
from lineo.api.operations import operation
from lineo.api.paging import PAGE_QUERY, page, page_of
from lineo.api.shapes import FLAG, MOMENT, choice, nullable, record, shape, text
from lineo.api.shapes import UUID as ID

_KIND = choice(ScopeKind.PROJECT.value, ScopeKind.SCENARIO.value, ScopeKind.TASK.value)
_ACTION = choice(*[action.value for action in services.RULED])
RULE = shape(
    "Rule",
    record(
        {
            "id": ID,
            "url": text(200),
            "person": nullable(PERSON),
            "role": nullable(choice(*Role.values)),
            "action": _ACTION,
            "allows": FLAG,
            "kind": _KIND,
            "place": {**ID, "description": "A project, a scenario, or the project of a task."},
            "task": nullable(text(200, about="The key of the task, in every scenario.")),
            "created_at": MOMENT,
        },
        about="One action allowed or denied; the most specific place wins, then deny.",
    ),
)
RULES = page_of("Rule")
shape(
    "RuleNew",
    record(
        {
            "member": nullable({**ID, "description": "For this member; else for the role."}),
            "role": nullable(choice(*Role.values)),
            "action": _ACTION,
            "allows": FLAG,
            "kind": _KIND,
            "place": ID,
            "task": nullable(text(200, least=1)),
        },
        required=("action", "allows", "kind", "place"),
    ),
)


def present(row: PolicyRule) -> dict[str, Any]:
    """Return a rule as the API shows it."""
    return {
        "id": str(row.pk),
        "url": reverse("api:rule", args=[row.pk]),
        "person": person(row.person) if row.person else None,
        "role": row.role or None,
        "action": row.action,
        "allows": row.allows,
        "kind": row.kind,
        "place": str(row.subject_id),
        "task": row.task_key or None,
        "created_at": row.created_at,
    }


class RuleView(PeopleView):
    """Rules, for those who manage people."""

    tag = "people"


class Rules(RuleView):
    """Every rule of the workspace."""

    @operation("list_rules", "List rules", answers=RULES, query=PAGE_QUERY)
    def get(self, request: Request, *, query: dict[str, Any]) -> Response:
        return page(request, services.rules_for(self.membership), present, query)

    @operation("add_rule", "Add a rule", body="RuleNew", answers=RULE, status=201)
    def post(self, request: Request, *, body: dict[str, Any]) -> Response:
        """Allow or deny one action for a member or a role on a place and all below it."""
        member = self.member(UUID(body["member"])) if body.get("member") else None
        rule = services.add_rule(
            self.place(body),
            action=Action(body["action"]),
            allows=body["allows"],
            member=member,
            role=Role(body["role"]) if body.get("role") else None,
            actor=self.membership,
        )
        return Response(present(rule), status=201)

    def place(self, body: dict[str, Any]) -> Place:
        kind, task = ScopeKind(body["kind"]), body.get("task") or ""
        place = None
        if (kind == ScopeKind.TASK) == bool(task):
            place = atlas().find(self.membership, kind, UUID(body["place"]), task)
        if place is None:
            raise InvalidError(Fault("place", _("There is no such place to lay a rule on.")))
        return place


class RuleDetail(RuleView):
    """One rule."""

    def rule(self, rule_id: UUID) -> PolicyRule:
        if not self.may(Action.MANAGE_PEOPLE):
            return get_object_or_404(PolicyRule.objects.none(), pk=rule_id)
        rows: QuerySet[PolicyRule] = services.rules_for(self.membership)
        return get_object_or_404(rows, pk=rule_id)

    @operation("read_rule", "Read a rule", answers=RULE)
    def get(self, request: Request, rule_id: UUID) -> Response:
        return Response(present(self.rule(rule_id)))

    @operation("delete_rule", "Lift a rule", status=204)
    def delete(self, request: Request, rule_id: UUID) -> Response:
        services.delete_rule(self.rule(rule_id), actor=self.membership)
        return Response(status=204)
