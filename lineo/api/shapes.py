"""Named JSON Schemas: what bodies may hold and what answers look like.

A body is validated against the very schema that OpenAPI publishes, so the two cannot disagree.
Each room names its shapes with :func:`shape`; views and parameters refer to them by name.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

import jsonschema_rs
from django.utils.translation import gettext as _

from lineo.api.errors import Fault, InvalidError, MalformedError

Schema = dict[str, Any]

MAX_FAULTS = 20
_PREFIX = "#/components/schemas/"
_shapes: dict[str, Schema] = {}

_NOUNS = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}


def shape(name: str, schema: Schema) -> Schema:
    """Publish ``schema`` under ``name`` and return a reference to it."""
    if name in _shapes:
        raise ValueError(f"There are two shapes with the name {name}.")
    _shapes[name] = schema
    return ref(name)


def ref(name: str) -> Schema:
    """Return a reference to the shape ``name``."""
    return {"$ref": f"{_PREFIX}{name}"}


def shapes() -> Mapping[str, Schema]:
    """Return every shape by name."""
    return _shapes


def record(
    properties: Mapping[str, Schema], *, required: tuple[str, ...] | None = None, about: str = ""
) -> Schema:
    """Return the schema of an object with these fields and no others.

    Every field is required unless ``required`` names those that are.
    """
    names = list(properties) if required is None else list(required)
    schema: Schema = {"type": "object", "properties": dict(properties)}
    if names:
        schema["required"] = names
    schema["additionalProperties"] = False
    return {"description": about, **schema} if about else schema


def text(most: int, *, least: int = 0, about: str = "") -> Schema:
    """Return the schema of a text of ``least`` to ``most`` characters."""
    schema: Schema = {"type": "string", "maxLength": most}
    if least:
        schema["minLength"] = least
    return {**schema, "description": about} if about else schema


def whole(least: int, most: int, **more: Any) -> Schema:
    """Return the schema of a whole number between two bounds."""
    return {"type": "integer", "minimum": least, "maximum": most, **more}


def choice(*values: str | None, **more: Any) -> Schema:
    """Return the schema of one of ``values``."""
    types = ["string", "null"] if None in values else "string"
    return {"type": types, "enum": list(values), **more}


def listing(items: Schema, most: int = 10_000) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items, "maxItems": most}


def nullable(schema: Schema) -> Schema:
    """Return the schema of what ``schema`` says, or null."""
    if "$ref" in schema or "anyOf" in schema or "oneOf" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "enum" in schema:
        return choice(*schema["enum"], None)
    return {**schema, "type": [schema["type"], "null"]}


UUID: Schema = {"type": "string", "format": "uuid"}
MOMENT: Schema = {"type": "string", "format": "date-time", "description": "An instant, in UTC."}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
VERSION: Schema = whole(0, 2**31 - 1, description='Send it back in If-Match: `"3"`.')


def validated(name: str, value: Any) -> Any:
    """Return ``value`` if it has the shape ``name``.

    Raises
    ------
    InvalidError
        With each fault and its path, such as ``impacts[0].task``.
    """
    try:
        faults = list(islice(_faults(name, value), MAX_FAULTS))
    except ValueError:
        raise MalformedError(message=_("The body is nested too deeply.")) from None
    if faults:
        raise InvalidError(*faults)
    return value


def takes_nothing(name: str) -> bool:
    """Return whether an empty body has the shape ``name``; one that is not sent is read as such."""
    return not any(_faults(name, {}))


def is_valid(schema: Schema, value: Any) -> bool:
    """Return whether ``value`` satisfies a schema that refers to no shape."""
    return bool(_validator_of(json.dumps(schema)).is_valid(value))


@cache
def _validator_of(schema: str) -> Any:
    return jsonschema_rs.validator_for(json.loads(schema), validate_formats=True)


def _document(name: str) -> Schema:
    return {**ref(name), "components": {"schemas": _shapes}}


@cache
def _validator(name: str) -> Any:
    return jsonschema_rs.validator_for(_document(name), validate_formats=True)


def _faults(name: str, value: Any) -> Iterator[Fault]:
    for error in _validator(name).iter_errors(value):
        path = _path(error.instance_path)
        keyword = str(error.schema_path[-1])
        if keyword == "additionalProperties":
            for unknown in error.kind.unexpected:
                yield Fault(_below(path, unknown), _("unknown field"))
        elif keyword == "required":
            yield Fault(_below(path, error.kind.property), _("missing"))
        else:
            schema = _schema_at(name, error.schema_path[:-1])
            yield Fault(path, _sentence(keyword, schema, str(error.message)))


def _schema_at(name: str, parts: list[str | int]) -> Schema:
    found: Any = _document(name)
    for part in parts:
        found = found[part]
    return found if isinstance(found, dict) else {}


def _sentence(keyword: str, schema: Schema, otherwise: str) -> str:
    bound = schema.get(keyword)
    match keyword:
        case "enum":
            return f"must be one of {', '.join(map(json.dumps, schema['enum']))}"
        case "const":
            return f"must be {json.dumps(bound)}"
        case "minimum":
            return f"must be at least {bound}"
        case "maximum":
            return f"must be at most {bound}"
        case "exclusiveMinimum":
            return f"must be above {bound}"
        case "exclusiveMaximum":
            return f"must be below {bound}"
        case "maxLength" | "maxItems":
            return f"must be no longer than {bound}"
        case "minLength" | "minItems":
            return f"must be no shorter than {bound}"
    if description := schema.get("description"):
        return f"must be {description[0].lower()}{description[1:].rstrip('.')}"
    if keyword == "type":
        types = bound if isinstance(bound, list) else [bound]
        return f"must be {' or '.join(_NOUNS[str(name)] for name in types)}"
    return otherwise[:300]


def _path(parts: list[str | int]) -> str:
    path = ""
    for part in parts:
        path = f"{path}[{part}]" if isinstance(part, int) else _below(path, part)
    return path


def _below(path: str, name: str) -> str:
    return f"{path}.{name[:80]}" if path else name[:80]
