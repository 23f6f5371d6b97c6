"""What stands beside the figures of a plan that waits for other projects."""

from typing import Any
from uuid import UUID

from django import template

from lineo.portfolio.waiting import waiting_of
from planning.models import Project
from planning.services.projects import baseline_of

register = template.Library()
Context = dict[str, Any]


@register.inclusion_tag("portfolio/_waiting.html", takes_context=True)
def waiting_for_others(context: Context, scenario_id: UUID) -> Context:
    """Say what a scenario's own figures leave out, and what they are when drawn jointly."""
    return {"waiting": waiting_of(scenario_id, context["request"].membership)}


@register.inclusion_tag("portfolio/_waiting.html", takes_context=True)
def baseline_waiting_for_others(context: Context, project: Project) -> Context:
    """Say so of the figures of a project's baseline."""
    return waiting_for_others(context, baseline_of(project).pk)
