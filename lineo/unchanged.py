"""A page that is what the browser has already is not sent again.

The tag of a page is a digest of the whole page as it was made for this person just now. So it
holds across nothing: what somebody else sees, what a rule has hidden since, another language or
a message that is shown once makes another page, and another tag. It spares the way to the
browser, not the making. What scripts fetch, and swap into a page, is left as it is.
"""

import re
from collections.abc import Callable
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CSRF_TOKEN_LENGTH
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags

_KINDS = ("text/html", "image/svg+xml", "image/png")
# What a browser says that it asks for: a page to go to, or a picture in one.
_LOOKED_AT = ("document", "image")
# A page's token against forged requests is masked anew each time; the secret behind it counts.
_TOKEN = re.compile(
    rb"(csrfmiddlewaretoken\W+value=\W|X-CSRFToken\W+?)[A-Za-z0-9]{%d}" % CSRF_TOKEN_LENGTH
)


class UnchangedMiddleware:
    """Answer 304 to whoever names the tag that the answer would have."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or not _is_told_by_a_tag(request, response):
            return response
        response["ETag"] = _tag(request, response)
        # Kept by the browser alone, which asks each time whether it is still the same.
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        if response["ETag"] in parse_etags(request.headers.get("If-None-Match", "")):
            response.status_code, response.content = 304, b""
            del response["Content-Type"]
        return response


def _is_told_by_a_tag(request: HttpRequest, response: HttpResponse) -> bool:
    is_a_page = response.get("Content-Type", "").startswith(_KINDS)
    is_free = not response.has_header("ETag") and "no-store" not in response.get(
        "Cache-Control", ""
    )
    if not (request.method == "GET" and response.status_code == 200 and is_a_page and is_free):
        return False
    return request.headers.get("Sec-Fetch-Dest", "document") in _LOOKED_AT


def _tag(request: HttpRequest, response: HttpResponse) -> str:
    found = blake2b(_TOKEN.sub(rb"\1", response.content), digest_size=16)
    found.update(str(request.META.get("CSRF_COOKIE", "")).encode())
    # Weak, for a proxy may compress it.
    return f'W/"{found.hexdigest()}"'
