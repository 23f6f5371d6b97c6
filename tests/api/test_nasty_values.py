"""Nasty values in every part of an address, every parameter and every header: never a 500.

Generated from the description. Of all pairs of a place and a value `make test` asks some that
:data:`SEED` chooses, each place and each value once; `make test-long` asks them all.
"""

import random
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest

from lineo.api.docs import description
from planning.models import Scenario
from tests.api.bodies import BODIES
from tests.api.caller import Caller, error_of
from tests.api.surface import METHODS, Operation, one_of_each, operations
from tests.api.test_surface import undone
from tests.builders import Team

SEED = 20261127
# As they stand in an address: whatever is no text at all can only be sent already quoted.
VALUES = {
    "nothing": "",
    "a space": "%20",
    "a nul": "%00",
    "a nul within": "a%00b",
    "no utf-8": "%FF%FE",
    "a lone surrogate": "%ED%A0%80",
    "half a character": "%C3",
    "overlong": "%C0%AF",
    "a percent alone": "%",
    "quoted twice": "%2525",
    "a huge number": "1" + "0" * 30,
    "a number without end": "9" * 4000,
    "below zero": "-1",
    "a fraction": "1.5",
    "not a number": "NaN",
    "infinity": "1e400",
    "digits of others": quote("١٢٣"),
    "long": "x" * 6000,
    "many bytes": quote("🏗" * 500),
    "up": "..%2F..%2Fetc%2Fpasswd",
    "sql": quote("' OR 1=1 --"),
    "a list": "%5B%5D",
    "an object": "%7B%22a%22%3A1%7D",
    "null": "null",
    "turned round": quote("\u202eabc"),
    "a line": "a%0D%0Ab%3A%20c",
    "no day": "2026-02-30",
    "a far day": "9999-12-31",
}
HEADERS = {
    "If-Match": (
        "",
        '"',
        '""',
        '"1',
        "*,*",
        '"' + "9" * 400 + '"',
        "W/",
        "\xff",
        '"1", "2"',
        "x" * 5000,
    ),
    "If-None-Match": ("", '"', "\xff\xfe", "W/" * 2000, '"a"' * 1000),
    "Idempotency-Key": ("", " ", "\xe9", "x" * 101, "\x7f", "a b"),
    "Accept": ("", "*", "text/*;q=x", "application/json;v=", "x" * 5000, "\xff/\xff", "a/b" * 800),
    "Accept-Language": ("", "*", "x" * 300, "de;q=9e999", "\xff", "en-" * 900),
    "Authorization": (
        "",
        "Bearer",
        "Bearer ",
        "Bearer \xff",
        "Basic \xff",
        "Bearer a.b.c",
        "x" * 6000,
    ),
    "Content-Encoding": ("gzip", "br", "\xff"),
    "Range": ("bytes=0-", "bytes=9999999999999999999-", "\xff"),
    "Origin": ("null", "http://\xff", "x" * 3000),
    "X-Forwarded-For": ("\xff", "1" * 3000, "::::"),
    "X-Request-Id": ("\xff", "x" * 3000),
    "Cookie": ("sessionid=\xff", "=" * 3000, "sessionid=" + "x" * 3000),
}


class Ask(NamedTuple):
    """One request: which operation, where it is nasty, and how."""

    operation: Operation
    place: str
    name: str
    value: str


def asks() -> list[Ask]:
    return [*_in_addresses(), *_in_queries(), *_in_headers()]


def _in_addresses() -> Iterator[Ask]:
    for operation in operations():
        for part in operation.path.split("/"):
            if part.startswith("{"):
                for value in VALUES:
                    yield Ask(operation, "path", part, value)


def _in_queries() -> Iterator[Ask]:
    for operation in operations():
        item = description()["paths"][operation.path][operation.method.lower()]
        for parameter in item.get("parameters", ()):
            if parameter["in"] == "query":
                for value in VALUES:
                    yield Ask(operation, "query", parameter["name"], value)


def _in_headers() -> Iterator[Ask]:
    for operation in operations():
        for name, values in HEADERS.items():
            for value in values:
                yield Ask(operation, "header", name, value)


def some() -> list[Ask]:
    """Return one ask of each part and parameter of each operation, and one of each value."""
    shuffled = asks()
    random.Random(SEED).shuffle(shuffled)
    by_place: dict[tuple[str, str, str], Ask] = {}
    by_value: dict[tuple[str, str, str], Ask] = {}
    for ask in shuffled:
        header = ask.name if ask.place == "header" else ""
        by_place[str(ask.operation), ask.place, ask.name if not header else ""] = ask
        by_value[ask.place, header, ask.value] = ask
    return [*by_place.values(), *by_value.values()]


@pytest.mark.parametrize(
    "chosen", [pytest.param(some, id="some"), pytest.param(asks, id="all", marks=pytest.mark.long)]
)
def test_a_nasty_value_is_refused_in_the_envelope_or_does_no_harm(
    caller: Caller, team: Team, scenario: Scenario, chosen: Any
) -> None:
    ids = one_of_each(scenario, team)
    findings, signed_in = [], caller.client.cookies.output(header="", sep=";")
    for ask in chosen():
        caller.client.cookies = SimpleCookie(signed_in)  # an answer may take the session away
        with undone():
            response = send(caller, ask, ids)
        is_signed_in = ask.name in {"Cookie", "Authorization"} or response.status_code != 401
        if response.status_code >= 500 or not is_told(ask, response) or not is_signed_in:
            findings.append(f"{ask.operation}: {ask[1:]} answered {response.status_code}")

    assert len(chosen()) > 2 * len(operations())
    assert not findings, "\n".join(findings)


def is_told(ask: Ask, response: Any) -> bool:
    """Return whether an answer says in words what is wrong, if something is."""
    if response.status_code < 400:
        return ask.place != "path" or ask.value == "nothing"
    if ask.name == "Accept" and response["Content-Type"].startswith("text/html"):
        return True
    try:
        return bool(error_of(response)["message"])
    except (AssertionError, ValueError, KeyError):
        return False


def send(caller: Caller, ask: Ask, ids: dict[str, Any]) -> Any:
    """Send what is good but for one value."""
    operation, address = ask.operation, ask.operation.at(ids)
    headers: dict[str, Any] = {"HTTP_IF_MATCH": "*"}
    if ask.place == "path":
        address = _with_part(operation, ids, ask)
    elif ask.place == "query":
        address = f"{address}?{urlencode({ask.name: ''})}{VALUES[ask.value]}"
    else:
        headers[f"HTTP_{ask.name.upper().replace('-', '_')}"] = ask.value
    body = BODIES[operation.body] if operation.body else None
    body = body(ids) if callable(body) else body
    kind = operation.body if operation.takes_file else "application/json"
    return caller.raw(operation.method, address, body, kind, **headers)


def _with_part(operation: Operation, ids: dict[str, Any], ask: Ask) -> str:
    before, after = operation.path.split(ask.name)
    filled = Operation(operation.method, f"{before}\0{after}", None, is_guarded=False)
    return filled.at(ids).replace("\0", VALUES[ask.value])


def test_every_method_is_asked() -> None:
    assert {ask.operation.method.lower() for ask in some()} == set(METHODS)
