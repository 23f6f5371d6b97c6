"""Bodies from strangers: JSON that Lineo can hold, or one sentence."""

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from lineo.api.errors import Fault, MalformedError, TooLargeError

MAX_BODY_BYTES = 1024 * 1024
MAX_NUMBER_DIGITS = 40
_SUSPECT = re.compile(r"\\u0000|\\u[dD][89a-fA-F]")


class StrictJSONParser(BaseParser):
    """JSON in UTF-8, without NaN, NUL, half characters or brackets without end.

    A view that takes more than a megabyte says so in ``max_body_bytes``.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        _check_charset(media_type or "")
        view = (parser_context or {}).get("view")
        data = read_limited(stream, getattr(view, "max_body_bytes", MAX_BODY_BYTES))
        return parse_json(data)


class BytesParser(BaseParser):
    """A file as it is, up to what its view takes in ``max_body_bytes``."""

    media_type = "application/octet-stream"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        view = (parser_context or {}).get("view")
        return read_limited(stream, getattr(view, "max_body_bytes", MAX_BODY_BYTES))


def read_limited(stream: IO[bytes], limit: int) -> bytes:
    """Return the body, or refuse one of more than ``limit`` bytes."""
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise TooLargeError(
            message=_("The body is too large: the limit is %(limit)d bytes.") % {"limit": limit}
        )
    return data


def parse_json(data: bytes) -> Any:
    """Return the value of a JSON text in UTF-8.

    Raises
    ------
    MalformedError
        If it is none, or holds what no column and no answer can hold.
    """
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text, parse_constant=_refuse, parse_float=_finite, parse_int=_whole_number
        )
    except RecursionError:
        raise MalformedError(message=_("The body is nested too deeply.")) from None
    except UnicodeDecodeError:
        raise MalformedError(message=_("The body is not UTF-8.")) from None
    except ValueError as error:
        message = _("The body is no JSON: %(reason)s.") % {"reason": error}
        raise MalformedError(message=message) from None
    if _SUSPECT.search(text):
        _check_characters(value)
    return value


def _check_charset(media_type: str) -> None:
    match = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", media_type, re.IGNORECASE)
    if match and match[1].lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(media_type)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(digits: str) -> float | int:
    """Return the number; ``5.0`` is the whole number 5, in JSON Schema as here."""
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _whole_number(digits: str) -> int:
    if len(digits) > MAX_NUMBER_DIGITS:
        raise ValueError("a number is too large")
    return int(digits)


def _check_characters(value: Any) -> None:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            waiting += [*current, *current.values()]
        elif isinstance(current, list):
            waiting += current
        elif isinstance(current, str) and not is_storable(current):
            message = _("A text holds a NUL or half a character.")
            raise MalformedError(Fault("", message))


def is_storable(text: str) -> bool:
    """Return whether PostgreSQL can hold ``text``: no NUL, no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= x <= "\udfff" for x in text)
