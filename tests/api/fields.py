"""What a body can hold, read from its shape: every field, and the smallest value that is one."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lineo.api.docs import description

Path = tuple[str | int, ...]
_DEEPEST = 6
KEYS = {"task": "L1"}
"""What a task is called in any plan of `one_of_each`, another workspace's too."""


def fields(name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every place of the shape ``name`` with the schema of what stands there."""
    yield from _below(_resolved({"$ref": f"#/components/schemas/{name}"}), ())


def id_fields(name: str) -> list[Path]:
    """Return the places that take an id of Lineo's own; a plan names projects by any text."""
    return [
        path
        for path, schema in fields(name)
        if schema.get("format") == "uuid" or (path and path[-1] == "project")
    ]


def field_names(name: str) -> set[str]:
    """Return what the fields at the top of a shape are called."""
    return set(_resolved({"$ref": f"#/components/schemas/{name}"}).get("properties", ()))


def with_value(name: str, body: Any, path: Path, value: Any) -> Any:
    """Return a copy of ``body`` that holds ``value`` there, and on the way what its shape asks."""
    changed = deepcopy(body)
    schema, at = _resolved({"$ref": f"#/components/schemas/{name}"}), changed
    for number, part in enumerate(path):
        schema = _resolved(_step(schema, part))
        is_last = number == len(path) - 1
        if isinstance(part, int):
            at[:] = at or [None]
            at[part] = value if is_last else at[part] or smallest(schema)
        elif is_last or not at.get(part):
            at[part] = value if is_last else smallest(schema)
        if not is_last:
            at = at[part]
    return changed if path else value


def value_at(body: Any, path: Path) -> Any:
    for part in path:
        body = body[part]
    return body


def smallest(schema: dict[str, Any]) -> Any:
    """Return a small value that a schema takes."""
    schema = _resolved(schema)
    if "enum" in schema:
        return next(one for one in schema["enum"] if one is not None)
    match _type(schema):
        case "object":
            known = schema.get("properties", {})
            return {
                one: KEYS.get(one) or smallest(known[one]) for one in schema.get("required", ())
            }
        case "array":
            return [smallest(schema["items"]) for _ in range(schema.get("minItems", 0))]
        case "string":
            formats = {"uuid": f"{0:032x}", "date": "2026-02-02", "email": "bo@example.org"}
            return formats.get(schema.get("format", ""), "x" * max(schema.get("minLength", 1), 1))
        case "integer" | "number":
            return max(schema.get("minimum", 0), 0)
        case "boolean":
            return False
    return None


def _below(schema: dict[str, Any], path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    yield path, schema
    if len(path) >= _DEEPEST:
        return
    for name, inner in schema.get("properties", {}).items():
        yield from _below(_resolved(inner), (*path, name))
    if "items" in schema:
        yield from _below(_resolved(schema["items"]), (*path, 0))


def _step(schema: dict[str, Any], part: str | int) -> dict[str, Any]:
    found: dict[str, Any] = schema["items"] if isinstance(part, int) else schema["properties"][part]
    return found


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and of several choices take the first that is not null."""
    while True:
        if "$ref" in schema:
            schema = description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif choices := schema.get("anyOf") or schema.get("oneOf"):
            schema = next(one for one in choices if one.get("type") != "null")
        else:
            return schema


def _type(schema: dict[str, Any]) -> str:
    kind = schema.get("type", "")
    return next(one for one in kind if one != "null") if isinstance(kind, list) else kind
