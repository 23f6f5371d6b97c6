"""Every address of the site: from the URLconf, with what the API says of itself beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.pages import _OTHERS
from tests.api.bodies import BODIES
from tests.api.surface import Operation, operations

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What stands in one address alone.
_OF_ITS_OWN = {
    "simulations:picture": {"<slug:suffix>": "gantt-svg"},
    "portfolio:picture": {"<slug:suffix>": "lanes-svg"},
    "activity:export-audit": {"<slug:suffix>": "csv"},
}
_PLACEHOLDER = re.compile(r"<uuid:(\w+)>")
_KIND = re.compile(r"([\w-]+)/<uuid:\w+>")


@dataclass(frozen=True)
class Endpoint:
    """One pattern of the URLconf."""

    name: str
    route: str

    def __str__(self) -> str:
        return self.name

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")

    @property
    def is_admin(self) -> bool:
        return self.route.startswith("admin/")

    @property
    def has_id(self) -> bool:
        return "<uuid:" in self.route

    def at(self, ids: dict[str, UUID]) -> str:
        """Return the address with the ids of these rows, by kind, in it."""
        filled = _KIND.sub(lambda match: f"{match[1]}/{ids[match[1]]}", self.route)
        others = {**_OTHERS, "<slug:slug>": "nowhere", **_OF_ITS_OWN.get(self.name, {})}
        for placeholder, value in others.items():
            filled = filled.replace(placeholder, value)
        return "/" + filled

    @property
    def path(self) -> str:
        """Return the address as the API's description writes it."""
        return "/" + _PLACEHOLDER.sub(r"{\1}", self.route)


# What allauth serves, and what is found by a secret: no row of a workspace and no role stands
# behind these, so tests/accounts tries them one by one.
DOOR = ("account_", "mfa_", "socialaccount_", "openid_connect_", "accounts:invitation")
DOOR_TOO = {"accounts:accept-invitation", "accounts:end-session"}


def endpoints() -> list[Endpoint]:
    """Return every address of the site but the admin's and those at the door."""
    found = [each for each in _walk(get_resolver().url_patterns, "", "") if not each.is_admin]
    return [each for each in found if not each.name.startswith(DOOR) and each.name not in DOOR_TOO]


def admin_endpoints() -> list[Endpoint]:
    """Return every address of the admin."""
    return [each for each in _walk(get_resolver().url_patterns, "", "") if each.is_admin]


def described() -> dict[tuple[str, str], Operation]:
    """Return what the API describes, by method and path."""
    return {(each.method, each.path): each for each in operations()}


def body_for(operation: Operation | None, ids: dict[str, Any]) -> Any:
    """Return a good body for an operation of the API."""
    body = BODIES[operation.body] if operation and operation.body else {}
    return body(ids) if callable(body) else body


def _walk(patterns: list[URLPattern | URLResolver], before: str, area: str) -> Iterator[Endpoint]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{area}{one.namespace}:" if one.namespace else area
            yield from _walk(one.url_patterns, route, inner)
        else:
            yield Endpoint(f"{area}{one.name}", route)
