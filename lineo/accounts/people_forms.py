"""Forms of a workspace's people: invite, give a role, make a token, lay a rule."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lineo.accounts import tokens
from lineo.accounts.actions import Action, ScopeKind
from lineo.accounts.models import Membership, Role, TokenScope
from lineo.accounts.places import Place, atlas
from lineo.accounts.rule_services import RULED

ROLES = [(role.value, role.label) for role in Role]


class PlaceField(forms.ChoiceField):
    """One of the projects, and where wanted scenarios, that the person may read."""

    def __init__(self, membership: Membership, *, only_projects: bool, **kwargs: Any) -> None:
        self._places = {
            f"{place.kind}:{place.id}": place
            for place in atlas().places_for(membership)
            if not only_projects or place.kind == ScopeKind.PROJECT
        }
        choices = [(key, place.name) for key, place in self._places.items()]
        empty = [] if kwargs.get("required", True) else [("", "–")]
        super().__init__(choices=empty + choices, **kwargs)

    def clean(self, value: Any) -> Place | None:
        return self._places.get(super().clean(value))


class InviteForm(forms.Form):
    """Who is to come, as what."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial=Role.MEMBER)

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"] = PlaceField(
            membership,
            only_projects=True,
            required=False,
            label=_("Project"),
            help_text=_("For a guest: the one project that they see."),
        )


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLES)


class AgentForm(forms.Form):
    """A program that works here under a name of its own."""

    name = forms.CharField(label=_("Name of the agent"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial=Role.MEMBER)


class TokenForm(forms.Form):
    """A token: what for, how long, where."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("By which you know it again.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it is for"),
        choices=TokenScope.choices,
        initial=[TokenScope.READ],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label=_("Days that it lasts"), min_value=1, max_value=tokens.MOST_DAYS, initial=90
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"] = PlaceField(
            membership,
            only_projects=True,
            required=False,
            label=_("Only in this project"),
        )


class RuleForm(forms.Form):
    """Who may, or may not, do what where."""

    allows = forms.TypedChoiceField(
        label=_("Rule"),
        choices=[("0", _("Deny")), ("1", _("Allow"))],
        coerce=lambda value: value == "1",
    )
    action = forms.ChoiceField(
        label=_("What"), choices=[(action.value, action.label) for action in RULED]
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.filter(workspace=membership.workspace_id)
        self._members = {
            f"member:{one.pk}": one
            for one in members.select_related("person").order_by("person__name", "pk")
            if one.role != Role.OWNER
        }
        roles = [(f"role:{role}", label) for role, label in ROLES if role != Role.OWNER]
        people = [(key, str(one.person)) for key, one in self._members.items()]
        self.fields["subject"] = forms.ChoiceField(
            label=_("Who"), choices=[(_("Roles"), roles), (_("People"), people)]
        )
        self.fields["place"] = PlaceField(membership, only_projects=False, label=_("Where"))
        self.fields["task"] = forms.CharField(
            label=_("Task"),
            max_length=200,
            required=False,
            help_text=_("Its key, if the rule is for this task and what is below it alone."),
        )
        self._membership = membership

    def clean(self) -> dict[str, Any]:
        """Find whom the rule is for, and where it is laid."""
        data: dict[str, Any] = super().clean() or {}
        place, key = data.get("place"), data.get("task", "").strip()
        if place and key:
            project = place.id if place.kind == ScopeKind.PROJECT else None
            found = project and atlas().find(self._membership, ScopeKind.TASK, project, key)
            if not found:
                self.add_error("task", _("The project has no task of this key. Choose a project."))
            data["place"] = found
        subject = data.pop("subject", "")
        data["member"] = self._members.get(subject)
        data["role"] = Role(subject.partition(":")[2]) if subject.startswith("role:") else None
        if "action" in data:
            data["action"] = Action(data["action"])
        data.pop("task", None)
        return data
