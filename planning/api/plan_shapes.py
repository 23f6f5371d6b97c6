"""The plan file's own schema, published among the API's shapes.

A task of the API is a task of the plan file with its row and its dates beside it: what may be
sent is defined once.
"""

from collections.abc import Collection, Mapping
from typing import Any

from lineo.api.shapes import Schema, ref, shape, text
from planning.interchange.plan_schema import plan_schema

# Names that would else be those of resources.
_ROWS = {"project", "calendar", "task", "dependency", "risk", "driver", "correlation"}

_PREFIX = "#/components/schemas/"

KEY = text(200, least=1, about="The key of a thing in the same plan.")
NEW_KEY = text(200, least=1, about="A key of your own; left out, one is made.")


def definition(name: str) -> Schema:
    """Return a reference to a definition of the plan file's schema."""
    return ref(_published(name))


def fields_of(
    row_kind: str,
    /,
    *,
    without: Collection[str] = (),
    only: Collection[str] = (),
    **instead: Schema,
) -> dict[str, Schema]:
    """Return the fields of a kind of row, some left out and some defined otherwise."""
    properties = plan_schema()["$defs"][row_kind]["properties"]
    names = [name for name in only or properties if name not in without]
    return {**{name: _referring(properties[name]) for name in names}, **instead}


def without_defaults(fields: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the fields of a partial change, in which what is left out stays as it is."""
    return {
        name: {word: value for word, value in schema.items() if word != "default"}
        for name, schema in fields.items()
    }


def _published(name: str) -> str:
    words = name.replace("-", "_").split("_")
    prefix = "Plan" if name in _ROWS else ""
    return prefix + "".join(word.capitalize() for word in words)


def _referring(schema: Any) -> Any:
    """Return ``schema`` with references to the published names."""
    if isinstance(schema, list):
        return [_referring(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        word: f"{_PREFIX}{_published(value.rpartition('/')[2])}"
        if word == "$ref"
        else _referring(value)
        for word, value in schema.items()
    }


for _name, _schema in plan_schema()["$defs"].items():
    shape(_published(_name), _referring(_schema))

_WHOLE = {
    word: _referring(value)
    for word, value in plan_schema().items()
    if word not in {"$schema", "$id", "$defs"}
}
PLAN_FILE = shape("PlanFile", _WHOLE)
