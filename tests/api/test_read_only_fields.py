"""Nobody sets by a body what Lineo decides: who, when, whose, which version.

Generated: what operations answer and what the tables know, as far as a body does not name it, is
put into a good body, at its top and into every object within it. What is unknown is refused, so
nothing of it can be stored.
"""

from typing import Any

import pytest
from django.apps import apps

from lineo.accounts.models import WorkspaceModel
from planning.models import Scenario
from tests.api.bodies import BODIES
from tests.api.caller import Caller, error_of
from tests.api.fields import Path, field_names, fields, smallest, value_at, with_value
from tests.api.surface import Operation, one_of_each, operations
from tests.builders import Team

WITH_BODY = [each for each in operations() if each.body and not each.takes_file]
# What the tables know of a row beside what anybody types.
STORED = {
    field.attname
    for model in apps.get_models()
    if issubclass(model, WorkspaceModel)
    for field in model._meta.concrete_fields
    if not field.editable or field.primary_key or field.is_relation
}
SHOWN = set().union(
    *(field_names(name) for name in ("Task", "Scenario", "Project", "Member", "Token", "Comment"))
)
ALWAYS = {"pk", "workspace", "is_superuser", "is_staff", "is_active", "password", "__proto__"}
VALUES: tuple[Any, ...] = ("x", 7, None, True, [], {})


def test_there_is_much_that_nobody_sets() -> None:
    protected = {"id", "workspace_id", "version", "created_at", "author_id", "actor_id", "revision"}

    assert protected <= STORED | SHOWN


def test_what_is_not_to_be_set_is_refused_and_named(
    caller: Caller, team: Team, scenario: Scenario, subtests: pytest.Subtests
) -> None:
    ids = one_of_each(scenario, team)
    for operation in WITH_BODY:
        shape = operation.body or ""
        good = BODIES[shape]
        good = good(ids) if callable(good) else good
        for path, schema in fields(shape):
            if "properties" not in schema:
                continue
            with subtests.test(f"{operation}: {path}"):
                refuse(caller, operation, ids, good, path, schema)


def refuse(
    caller: Caller,
    operation: Operation,
    ids: dict[str, Any],
    good: Any,
    path: Path,
    schema: dict[str, Any],
) -> None:
    """Send a body that is good but for what nobody sets, at one place of it."""
    names = sorted((STORED | SHOWN | ALWAYS) - set(schema["properties"]))
    protected = {name: VALUES[number % len(VALUES)] for number, name in enumerate(names)}
    value = {**present_at(good, path, schema), **protected}
    body = with_value(operation.body or "", good, path, value)

    response = caller.send(operation.method, operation.at(ids), body, if_match="*")

    assert response.status_code in {400, 422}, response.content
    assert any("unknown" in one["message"] for one in error_of(response)["details"])


def present_at(good: Any, path: Path, schema: dict[str, Any]) -> dict[str, Any]:
    """Return what stands there in a good body, else the smallest that may."""
    try:
        found = value_at(good, path)
    except (KeyError, IndexError, TypeError):
        found = None
    made: dict[str, Any] = found if isinstance(found, dict) else smallest(schema)
    return made
