"""Somebody who speaks JSON with the API."""

import json
from typing import Any
from urllib.parse import unquote_to_bytes

from django.test import Client

from lineo.accounts.models import User


class Caller:
    """A signed-in person, or a stranger, who sends and reads JSON."""

    def __init__(self, person: User | None = None, **client: Any) -> None:
        self.client = Client(**client)
        if person is not None:
            self.client.force_login(person)

    def get(self, address: str, **query: Any) -> Any:
        return self.client.get(address, query)

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        """Send ``body`` as JSON, or as it is where it is bytes; ``if_match`` is a header."""
        data = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = given.pop("content-type", "application/json")
        return self.client.generic(method, address, data, content_type=kind, headers=given)

    def raw(self, method: str, address: str, body: Any, kind: str, **environ: str) -> Any:
        """Send to an address as it is quoted, with variables as a server would set them."""
        path, _, query = address.partition("?")
        data = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
        given = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query}
        return self.client.generic(method, "/", data, content_type=kind, **{**given, **environ})

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", address, body, **headers)

    def patch(self, address: str, body: Any = None, **headers: str) -> Any:
        return self.send("PATCH", address, body, **headers)

    def put(self, address: str, body: Any = None, **headers: str) -> Any:
        return self.send("PUT", address, body, **headers)

    def delete(self, address: str, **headers: str) -> Any:
        return self.send("DELETE", address, **headers)


def error_of(response: Any) -> dict[str, Any]:
    """Return what an error says, having checked that it stands in the envelope."""
    body = response.json()
    assert set(body) == {"error"}, body
    assert set(body["error"]) == {"code", "message", "details", "request_id"}
    return body["error"]


def fields_of(response: Any) -> list[str]:
    """Return which fields an error speaks of."""
    return [detail["field"] for detail in error_of(response)["details"]]
