"""What one request is known by: an id that its logs, changes and answer carry, and its agent."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse


class Agent(NamedTuple):
    """A program that acts with a person's token, under a name of its own."""

    id: uuid.UUID
    name: str


request_id: ContextVar[str] = ContextVar("request_id", default="")
acting_agent: ContextVar[Agent | None] = ContextVar("acting_agent", default=None)
"""Set by who recognises an agent's token; what is recorded of the request then says so."""


class RequestIdMiddleware:
    """Give each request an id of our own making, and say it in ``X-Request-Id``.

    An id that a client sends is not taken over: it could carry anything into the logs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(uuid.uuid4().hex)
        # A thread serves one request after another: the next one begins as nobody's agent.
        nobody = acting_agent.set(None)
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            acting_agent.reset(nobody)
            request_id.reset(token)
