"""Pages of other origins call the API where a setting names them, and never with a cookie."""

from typing import Any

import pytest

from tests.api.caller import Caller

TOOLS, STRANGERS = "https://tools.example.org", "https://strangers.example.org"


@pytest.fixture(autouse=True)
def _tools(settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = [TOOLS]


def ask(caller: Caller, origin: str, address: str = "/api/v1/projects/") -> Any:
    return caller.client.options(
        address,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization,if-match,idempotency-key",
        },
    )


def test_a_named_origin_is_let_in_without_cookies(caller: Caller) -> None:
    answer = ask(caller, TOOLS)

    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == TOOLS
    assert "PATCH" in answer["Access-Control-Allow-Methods"]
    allowed = answer["Access-Control-Allow-Headers"]
    assert {"authorization", "if-match", "idempotency-key"} <= set(allowed.split(", "))
    assert "Access-Control-Allow-Credentials" not in answer


def test_its_pages_may_read_what_stands_in_the_headers(caller: Caller) -> None:
    answer = caller.send("GET", "/api/v1/", origin=TOOLS)

    assert "ETag" in answer["Access-Control-Expose-Headers"]
    assert "Retry-After" in answer["Access-Control-Expose-Headers"]


def test_others_are_not(caller: Caller) -> None:
    assert "Access-Control-Allow-Origin" not in ask(caller, STRANGERS)
    assert "Access-Control-Allow-Origin" not in ask(caller, "null")


def test_pages_belong_to_their_own_site(caller: Caller) -> None:
    assert "Access-Control-Allow-Origin" not in ask(caller, TOOLS, "/")
