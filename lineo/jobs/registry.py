"""The functions that jobs may run, found by name. Nothing else runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import autodiscover_modules

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Registered:
    """One function and its bounds."""

    name: str
    call: Function
    timeout_seconds: float
    tells: tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a job's function returns to be split: its parts, which any workers do.

    Once they are done the function is called again with the payload that it
    had, and finds what they left. If one of them fails, so does the whole.
    """

    function: str
    payloads: Sequence[dict[str, Any]]
    kind: str = ""


_functions: dict[str, Registered] = {}
_preparations: list[Callable[[], object]] = []


def job(
    name: str, *, timeout_seconds: float = 900, tells: tuple[type[Exception], ...] = ()
) -> Callable[[Function], Function]:
    """Register ``function(handle, **payload)`` under ``name``.

    It runs within the context of its workspace and in one transaction with
    the end of its job, so its writes and the job's success stand or fall
    together: it may begin three times, and takes effect once. What it returns
    is kept as the job's result, so it must fit into JSON.

    Parameters
    ----------
    timeout_seconds
        When to give up.
    tells
        Exceptions whose sentence is meant for the person who asked;
        ``ValidationError`` and :class:`lineo.jobs.handle.JobRefusedError`
        always are.
    """

    def register(function: Function) -> Function:
        known = _functions.get(name)
        if known and known.call.__qualname__ != function.__qualname__:
            raise ValueError(f"Two functions are registered as {name!r}.")
        _functions[name] = Registered(name, function, timeout_seconds, tells)
        return function

    return register


def find(name: str) -> Registered | None:
    """Return what is registered as ``name``."""
    return _functions.get(name)


def names() -> frozenset[str]:
    """Return the names of all functions that are registered by now."""
    return frozenset(_functions)


def before_forking(prepare: Callable[[], object]) -> Callable[[], object]:
    """Register what a worker does once, so that its work-horses need not: compile, load."""
    _preparations.append(prepare)
    return prepare


def prepare() -> None:
    """Do what was registered with :func:`before_forking`."""
    for preparation in _preparations:
        preparation()


def discover() -> None:
    """Import the ``jobs`` module of every app. For workers: it may import the engine."""
    autodiscover_modules("jobs")
