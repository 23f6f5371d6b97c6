"""The links of those who administer the workspace."""

from typing import Any

from django import template
from django.template.context import RequestContext

from lineo.activity.trail import may_read_trail

register = template.Library()


@register.inclusion_tag("components/_administration.html", takes_context=True)
def administration(context: RequestContext) -> dict[str, Any]:
    """Link to what only administrators open."""
    request = context["request"]
    may_open = may_read_trail(getattr(request, "membership", None))
    return {"may_open": may_open, "path": request.path}
