"""Rules on top of the roles: laid and lifted by those who manage people."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.happened import tell
from lineo.accounts.models import Membership, PolicyRule, Role
from lineo.accounts.places import Place, atlas
from lineo.accounts.policy import demand, scope_chain

# Who manages whom is the role's alone: by a rule an admin could make themselves owner.
RULED = (
    Action.READ,
    Action.EXPORT,
    Action.COMMENT,
    Action.EDIT,
    Action.SIMULATE,
    Action.BRANCH,
    Action.PROMOTE,
    Action.ARCHIVE,
    Action.DELETE,
)
RULED_ON_TASKS = (Action.READ, Action.COMMENT, Action.EDIT)
GUEST_ACTIONS = (Action.READ, Action.EXPORT, Action.COMMENT)


def rules_for(actor: Membership) -> QuerySet[PolicyRule]:
    """Return every rule of the workspace, for those who manage people."""
    demand(actor, Action.MANAGE_PEOPLE, scopes=scope_chain(actor.workspace_id))
    rows = PolicyRule.objects.filter(workspace=actor.workspace_id)
    return rows.select_related("person").order_by("created_at", "pk")


@transaction.atomic
def add_rule(
    place: Place,
    *,
    action: Action,
    allows: bool,
    actor: Membership,
    member: Membership | None = None,
    role: Role | None = None,
) -> PolicyRule:
    """Allow or deny ``action`` on a place and all below, for a member or a role.

    Raises
    ------
    PermissionDenied
        If the actor manages no people, or would give themselves what a rule took.
    ValidationError
        If such a rule exists, or would change nothing: an owner can't be denied.
    """
    demand(actor, Action.MANAGE_PEOPLE, scopes=scope_chain(actor.workspace_id))
    if action not in (RULED_ON_TASKS if place.kind == ScopeKind.TASK else RULED):
        raise ValidationError({"action": _("There are no rules for this action here.")})
    if Role.OWNER in (role, member and member.role):
        raise ValidationError({"role": _("Owners may do everything; no rule binds them.")})
    rule = PolicyRule(
        workspace_id=actor.workspace_id,
        person=member.person if member else None,
        role=role or "",
        action=action,
        allows=allows,
        kind=place.kind,
        subject_id=place.id,
        task_key=place.task_key,
    )
    if allows and _binds(rule, actor):
        raise PermissionDenied(_("Somebody else has to lay a rule that gives you something."))
    rule.full_clean()
    rule.save(force_insert=True)
    _tell("added", rule, place.name, actor=actor)
    return rule


@transaction.atomic
def delete_rule(rule: PolicyRule, *, actor: Membership) -> None:
    """Lift a rule.

    Raises
    ------
    PermissionDenied
        If the actor manages no people, or is kept from something by this rule.
    """
    demand(actor, Action.MANAGE_PEOPLE, scopes=scope_chain(actor.workspace_id))
    if not rule.allows and _binds(rule, actor):
        raise PermissionDenied(_("Somebody else has to lift a rule that binds you."))
    place = (rule.subject_id, rule.task_key)
    _tell("lifted", rule, atlas().names_of([place], actor).get(place, ""), actor=actor)
    rule.delete()


def let_into(place: Place, guest: Membership, *, actor: Membership) -> None:
    """Let a guest read, export and comment one place."""
    for action in GUEST_ACTIONS:
        add_rule(place, action=action, allows=True, actor=actor, member=guest)


def _binds(rule: PolicyRule, actor: Membership) -> bool:
    """Return whether a rule speaks of whoever lays or lifts it; none binds an owner."""
    is_theirs = rule.person_id == actor.person_id or rule.role == actor.role
    return is_theirs and actor.role != Role.OWNER


def _tell(deed: str, rule: PolicyRule, place: str, *, actor: Membership) -> None:
    tell(
        f"rule.{deed}",
        workspace=rule.workspace_id,
        actor=actor,
        subject=rule,
        after={"rule": str(rule), "place": place},
    )
