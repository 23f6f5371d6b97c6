"""Answers as JSON, and as a page for people who look with a browser."""

import json
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.breadcrumbs import get_breadcrumbs
from rest_framework.utils.encoders import JSONEncoder

METHODS_THAT_WRITE = ("POST", "PUT", "PATCH", "DELETE")


class PageRenderer(BaseRenderer):
    """The browsable API: the same answer, its links, and a form that sends JSON.

    A page of our own: the framework's has inline style and script, and can't
    send If-Match.
    """

    media_type = "text/html"
    format = "html"
    charset = "utf-8"
    template = "rest_framework/api.html"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> str:
        context = renderer_context or {}
        view, request, response = context["view"], context["request"], context["response"]
        if response.status_code == 204:
            # A page needs a body to show; whoever asks for JSON still gets none.
            response.status_code = 200
        return render_to_string(
            self.template,
            {
                "name": view.get_view_name(),
                "about": view.get_view_description(),
                "trail": get_breadcrumbs(request.path, request),
                "answer": "" if data is None else _pretty(data),
                "headers": dict(sorted(response.items())),
                "status": f"{response.status_code} {response.status_text}",
                "methods": [each for each in METHODS_THAT_WRITE if each in view.allowed_methods],
                "etag": response.get("ETag", ""),
            },
            request=request._request,
        )


def _pretty(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, cls=JSONEncoder)
