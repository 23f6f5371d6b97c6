"""The published JSON Schema of the plan file, and its faults in words."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema_rs

from planning.core.plan import PlanError

SCHEMA_PATH = Path(__file__).with_name("plan.schema.json")
MAX_FAULTS = 50

_NOUNS = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}


@cache
def plan_schema() -> dict[str, Any]:
    """Return the schema that ``docs/plan.schema.json`` publishes."""
    schema: dict[str, Any] = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))
    return schema


def schema_faults(data: Any) -> list[PlanError]:
    """Return what keeps ``data`` from being a plan file, each with its path.

    Only the shape is looked at: fields, types, patterns and bounds. At most
    ``MAX_FAULTS`` are returned.
    """
    if (version := _version(data)) is not None:
        return [version]
    try:
        errors = _validator().iter_errors(data)
        return list(islice(_faults(errors), MAX_FAULTS))
    except ValueError:
        return [PlanError("The file is nested too deeply to be a plan.")]


def _version(data: Any) -> PlanError | None:
    if not isinstance(data, dict):
        return PlanError('A plan file is a JSON object that begins with "lineo": 1.')
    version = data.get("lineo")
    if isinstance(version, int) and version > 1:
        return PlanError(
            f"the file is of format {version}, made by a newer Lineo; this one reads format 1",
            path="lineo",
        )
    return None


@cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(plan_schema())


def _faults(errors: Any) -> Iterator[PlanError]:
    for error in errors:
        path = path_text(error.instance_path)
        keyword = str(error.schema_path[-1])
        schema = _schema_at(error.schema_path[:-1])
        if keyword == "additionalProperties":
            for name in error.kind.unexpected:
                yield PlanError("unknown field", path=_below(path, name))
        elif keyword == "required":
            yield PlanError("missing", path=_below(path, error.kind.property))
        else:
            yield PlanError(_sentence(keyword, schema), path=path)


def _sentence(keyword: str, schema: dict[str, Any]) -> str:
    bound = schema.get(keyword)
    match keyword:
        case "enum":
            return f"must be one of {', '.join(_json(value) for value in schema['enum'])}"
        case "const":
            return f"must be {_json(bound)}"
        case "minimum":
            return f"must be at least {bound}"
        case "maximum":
            return f"must be at most {bound}"
        case "exclusiveMinimum":
            return f"must be above {bound}"
        case "exclusiveMaximum":
            return f"must be below {bound}"
        case "maxItems":
            return f"must hold at most {bound} entries"
    if "description" in schema:
        return f"must be {schema['description']}"
    if keyword == "type":
        types = bound if isinstance(bound, list) else [bound]
        return f"must be {' or '.join(_NOUNS[str(name)] for name in types)}"
    if keyword in {"minItems", "maxLength", "minLength"}:
        return f"must have a length of {_lengths(schema)}"
    return "does not fit the format"


def _lengths(schema: dict[str, Any]) -> str:
    low = schema.get("minItems", schema.get("minLength", 0))
    high = schema.get("maxItems", schema.get("maxLength", "any"))
    return str(low) if low == high else f"{low} to {high}"


def path_text(parts: Any) -> str:
    """Return ``tasks[3].estimate.high`` for its parts."""
    text = ""
    for part in parts:
        text = f"{text}[{part}]" if isinstance(part, int) else _below(text, part)
    return text


def _below(path: str, name: str) -> str:
    return f"{path}.{name[:80]}" if path else name[:80]


def _schema_at(parts: Any) -> dict[str, Any]:
    schema: Any = plan_schema()
    for part in parts:
        schema = schema[part]
    return schema if isinstance(schema, dict) else {}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
