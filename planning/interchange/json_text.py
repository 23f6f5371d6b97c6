"""JSON from strangers: parsed, or refused in one sentence.

Python's parser takes more than a plan may hold: ``NaN``, one field twice,
numbers beyond all measure, half a character, and brackets without end.
"""

import json
import math
import re
from typing import Any, NoReturn

from planning.core.plan import PlanError

MAX_NUMBER_DIGITS = 40
_SUSPECT = re.compile(r"\\u0000|\\u[dD][89a-fA-F]|\x00")


def parse_json(text: str) -> Any:
    """Return the value of a JSON text.

    Raises
    ------
    PlanError
        If the text is no JSON, or JSON that no plan can hold.

    Examples
    --------
    >>> parse_json('{"lineo": 1}')
    {'lineo': 1}
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_whole_number,
            parse_float=_number,
        )
    except RecursionError:
        raise PlanError("The file is nested too deeply to be a plan.") from None
    except json.JSONDecodeError as fault:
        where = f"line {fault.lineno}, column {fault.colno}"
        raise PlanError(f"The file is no valid JSON: {fault.msg} at {where}.") from None
    if _SUSPECT.search(text):
        _check_characters(value)
    return value


def decode_json(data: bytes) -> str:
    """Return the text of a JSON file, which is UTF-8 with or without a mark.

    Raises
    ------
    PlanError
        If the bytes are no UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise PlanError(f"The file is not UTF-8 text (byte {fault.start}).") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise PlanError(f"The field “{twice[:60]}” stands twice in one object.")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise PlanError(f"The file holds {name}, which is no number of a plan.")


def _whole_number(digits: str) -> int:
    if len(digits) > MAX_NUMBER_DIGITS:
        raise PlanError(f"The number {digits[:20]}… is too large for a plan.")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise PlanError(f"The number {digits[:20]} is too large for a plan.")
    return value


def _check_characters(value: Any) -> None:
    waiting = [("", value)]
    while waiting:
        path, current = waiting.pop()
        if isinstance(current, str):
            _check_text(path, current)
        elif isinstance(current, dict):
            for name, item in current.items():
                _check_text(path, name)
                waiting.append((f"{path}.{name}" if path else name, item))
        elif isinstance(current, list):
            waiting.extend((f"{path}[{index}]", item) for index, item in enumerate(current))


def _check_text(path: str, text: str) -> None:
    if "\x00" in text:
        raise PlanError("holds a NUL character, which no text may", path=path)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise PlanError("holds half a character (a lone surrogate)", path=path)
