"""Every address of the site that can be looked at, filled with the ids of one workspace."""

import re
from collections.abc import Iterator
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

_NOT_OF_A_WORKSPACE = (
    "admin/",
    "sign-",
    "workspaces/",
    "settings/",
    "confirm-email",
    "^reset",
    "reset-",
    "invitations",
    "api/v1/schema",
    "api/v1/docs",
)
_ID = re.compile(r"([\w-]+)/<uuid:\w+>")
# What else stands in addresses, by its name.
_OTHERS = {
    "<int:first>": "0",
    "<int:revision>": "1",
    "<slug:suffix>": "json",
    "<str:format>": "json",
}


def routes() -> list[str]:
    """Return every route of the URLconf, but those that belong to no workspace."""
    return [one for one in _walk(get_resolver().url_patterns, "") if _is_of_a_workspace(one)]


def lists() -> list[str]:
    """Return the addresses without an id."""
    return ["/" + route for route in routes() if "<" not in route]


def pages(ids: dict[str, UUID]) -> list[str]:
    """Return the addresses with an id, for the rows of ``ids`` by kind."""
    return ["/" + _fill(route, ids) for route in routes() if _ID.search(route)]


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, route)
        else:
            yield route


def _is_of_a_workspace(route: str) -> bool:
    return not route.startswith(_NOT_OF_A_WORKSPACE)


def _fill(route: str, ids: dict[str, UUID]) -> str:
    filled = _ID.sub(lambda match: f"{match[1]}/{ids[match[1]]}", route)
    for placeholder, value in _OTHERS.items():
        filled = filled.replace(placeholder, value)
    return filled
