"""The side navigation: projects, and the scenarios of the one that is open."""

from typing import Any

from django import template
from django.db.models.functions import Lower
from django.template.context import RequestContext
from django.urls import reverse

from planning import selectors
from planning.models import Project, Scenario
from planning.templatetags.look import percent

register = template.Library()

SHOWN_PROJECTS = 12


@register.inclusion_tag("components/_navigation.html", takes_context=True)
def navigation(context: RequestContext) -> dict[str, Any]:
    """List the live projects; the one that is open also shows its scenarios."""
    request = context["request"]
    scenario: Scenario | None = context.get("scenario")
    opened = scenario.project_id if scenario else getattr(context.get("project"), "pk", None)
    projects = selectors.projects_for(getattr(request, "membership", None))
    live = projects.filter(archived_at__isnull=True).order_by(Lower("name"), "pk")[:SHOWN_PROJECTS]
    return {
        "is_portfolio": request.path == reverse("portfolio:portfolio"),
        "is_home": request.path == reverse("planning:projects"),
        "projects": [_project(project, opened, scenario) for project in live],
    }


def _project(project: Project, opened: Any, scenario: Scenario | None) -> dict[str, Any]:
    is_current = project.pk == opened
    return {
        "name": project.name,
        "url": project.get_absolute_url(),
        "is_current": is_current,
        "is_page": is_current and scenario is None,
        "scenarios": _scenarios(project, scenario) if is_current else [],
    }


def _scenarios(project: Project, current: Scenario | None) -> list[dict[str, Any]]:
    live = selectors.scenarios_of(project).filter(archived_at__isnull=True)
    return [
        {
            "name": scenario.name,
            "url": scenario.get_absolute_url(),
            "is_current": current is not None and scenario.pk == current.pk,
            "note": percent(scenario.forecast_p_target) if scenario.forecast_p_target else "",
        }
        for scenario in live
    ]
