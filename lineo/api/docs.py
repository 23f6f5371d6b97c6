"""The description of the API, for machines and for people, from local files."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

_STYLE = "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"
_INLINE_IMAGE = re.compile(r"""url\((?:"data:(?:[^"\\]|\\.)*"|data:[^)"]*)\)""")
_REDOC = "drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js"
_REDOC_LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"
_NO_IMAGE = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
# The two style elements that ReDoc makes as it loads: one empty, one of its scroll bar.
_REDOC_STYLES = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
)
_DAY = "public, max-age=86400"

View = TypeVar("View", bound=Callable[..., Any])


def _for_everyone(view: View) -> View:
    """Show ``view`` also to people who are in no workspace."""
    view.needs_no_workspace = True  # type: ignore[attr-defined]
    return view


@_for_everyone
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """Answer the OpenAPI description."""
    return JsonResponse(description())


@_for_everyone
@require_safe
def swagger(request: HttpRequest) -> HttpResponse:
    """Show the description as a page on which each operation can be tried."""
    return render(request, "drf_spectacular/swagger_ui.html")


@_for_everyone
@require_safe
def swagger_style(request: HttpRequest) -> HttpResponse:
    """Answer Swagger UI's style sheet without its inline images, which our policy forbids."""
    style = _INLINE_IMAGE.sub("none", _vendored(_STYLE))
    return HttpResponse(style, content_type="text/css", headers={"Cache-Control": _DAY})


@_for_everyone
@csp_update(
    {"style-src": [SELF, *_REDOC_STYLES], "worker-src": ["blob:"], "img-src": [SELF, "data:"]}
)
@require_safe
def redoc(request: HttpRequest) -> HttpResponse:
    """Show the description as a page to read."""
    return render(request, "drf_spectacular/redoc.html")


@_for_everyone
@require_safe
def redoc_script(request: HttpRequest) -> HttpResponse:
    """Answer ReDoc without the logo that it would fetch from its maker's site."""
    script = _vendored(_REDOC).replace(_REDOC_LOGO, _NO_IMAGE)
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": _DAY})


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document; it changes with the code only."""
    generator: Any = SchemaGenerator(api_version="v1")  # type: ignore[no-untyped-call]
    document: dict[str, Any] = generator.get_schema(public=True)
    return document


def _vendored(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_text(encoding="utf-8")
