"""No loop of a request or a job asks the system for memory with each of its calls."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from lineo.stack import StackMiddleware, with_room
from tests.call_depths import CALLS, most_faults


def test_no_loop_touches_new_memory_with_each_call_at_any_depth() -> None:
    most = with_room(most_faults)

    assert most < CALLS / 10


def test_every_request_is_answered_with_room() -> None:
    found: list[int] = []

    def view(request: HttpRequest) -> HttpResponse:
        found.append(most_faults())
        return HttpResponse()

    answer: Callable[[HttpRequest], object] = import_string(settings.MIDDLEWARE[0])(view)
    answer(HttpRequest())

    assert settings.MIDDLEWARE[0].endswith(StackMiddleware.__name__)
    assert found[0] < CALLS / 10


def test_what_a_call_raises_comes_through() -> None:
    try:
        with_room(lambda: 1 // 0)
    except ZeroDivisionError as error:
        raised = error

    assert raised.__traceback__ is not None
