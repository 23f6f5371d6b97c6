"""Is this process alive? Answered before anything that could be down is asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class LivenessMiddleware:
    """Answer ``/livez`` first of all: no host name, https, session or database is needed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/livez":
            return HttpResponse("alive\n", content_type="text/plain")
        return self.get_response(request)
