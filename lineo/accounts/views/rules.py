"""The rules on top of the roles, and what each role may."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from lineo.accounts import rule_services
from lineo.accounts.actions import Action
from lineo.accounts.models import Role
from lineo.accounts.people_forms import RuleForm
from lineo.accounts.places import atlas
from lineo.accounts.policy import ACTIONS_BY_ROLE
from lineo.accounts.requests import PersonRequest
from lineo.accounts.views.loading import manager, manager_or_404, sentence

_UNNAMED = gettext_lazy("gone, or hidden from you")


@require_safe
@login_required
def rules(request: PersonRequest) -> HttpResponse:
    return _page(request)


@require_POST
@login_required
def add_rule(request: PersonRequest) -> HttpResponse:
    """Allow or deny one action."""
    actor = manager(request)
    form = RuleForm(request.POST, membership=actor)
    if form.is_valid():
        data = form.cleaned_data
        try:
            rule_services.add_rule(data.pop("place"), actor=actor, **data)
        except ValidationError as error:
            form.add_error(None, sentence(error))
        else:
            return redirect("accounts:rules")
    return _page(request, form=form, status=422)


@require_POST
@login_required
def delete_rule(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Lift a rule."""
    actor = manager_or_404(request)
    rule = get_object_or_404(rule_services.rules_for(actor), pk=pk)
    rule_services.delete_rule(rule, actor=actor)
    return redirect("accounts:rules")


def _page(request: PersonRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = manager(request)
    found = list(rule_services.rules_for(actor))
    names = atlas().names_of([(rule.subject_id, rule.task_key) for rule in found], actor)
    context = {
        "rules": [(rule, names.get((rule.subject_id, rule.task_key), _UNNAMED)) for rule in found],
        "form": RuleForm(membership=actor),
        "roles": Role,
        "table": [
            (action, [action in ACTIONS_BY_ROLE[role] for role in Role]) for action in Action
        ],
    }
    return render(request, "accounts/rules.html", {**context, **more}, status=status)
