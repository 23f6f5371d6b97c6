"""Room on Python's stack, so that no loop runs on the edge of a piece of it.

Python keeps the frames of calls in pieces of 16 KiB. A call that doesn't fit into the last piece
gets another from the system, and gives it back as it returns. A loop that stands just there so
asks the system anew for each of its calls, some hundred times as dear as a call
(https://github.com/python/cpython/issues/142183; newer Pythons keep one piece at hand). Under all
the middlewares of a request some loop often stands there; which one it is, luck decides.

:func:`with_room` makes one call that needs a large piece, in which all that it calls fits too.
What is not touched of it costs nothing.
"""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponseBase

T = TypeVar("T")

_SLOTS = 40_000
"""Of 8 bytes: the piece is the next power of two, 512 KiB, and 200 remain for what is called."""


def with_room(call: Callable[[], T]) -> T:
    """Return what ``call`` returns; its frames, and those below, stand in one piece."""
    return call()


with_room.__code__ = with_room.__code__.replace(co_stacksize=_SLOTS)


class StackMiddleware:
    """Stand first in MIDDLEWARE: every request is answered with room on the stack."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return with_room(lambda: self.get_response(request))
