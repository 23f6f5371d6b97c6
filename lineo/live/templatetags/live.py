"""Joins a page to what others do."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.http import urlencode

from lineo.live.stream import PATH

register = template.Library()


@register.inclusion_tag("live/_join.html", takes_context=True)
def join_live(context: RequestContext) -> dict[str, Any]:
    """Follow the page's scenario, else its project; pages about neither follow nothing."""
    request = context["request"]
    scenario: Any = context.get("scenario")
    project: Any = context.get("project")
    if getattr(request, "membership", None) is None:
        return {}
    if getattr(scenario, "revision", None) is not None:
        return {
            "query": urlencode({"scenario": scenario.pk}),
            "stream": PATH if settings.LIVE_EVENTS else "",
            "events": reverse("api:events"),
            "here": reverse("api:presence", args=[scenario.pk]),
            "revision": scenario.revision,
            "person": request.user.pk,
        }
    if getattr(project, "code", None) and getattr(project, "pk", None):
        return {
            "query": urlencode({"project": project.pk}),
            "stream": PATH if settings.LIVE_EVENTS else "",
            "events": reverse("api:events"),
            "person": request.user.pk,
        }
    return {}
