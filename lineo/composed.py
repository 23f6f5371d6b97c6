"""Queries that Django composes once and that are asked again and again with other values.

Composing a query of two wide tables takes Django several times as long as PostgreSQL takes to
answer it. What each request asks in the same words is composed by the first one of a process.
"""

from collections.abc import Callable
from copy import copy
from functools import cached_property
from inspect import signature
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Lookup, QuerySet, UUIDField

Row = TypeVar("Row")


@UUIDField.register_lookup
class AnyOf(Lookup):
    """``pk__any_of``: one of a list, however long, that is handed over whole."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return ``column = ANY(ids)``."""
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*params, self.rhs)


class Composed(Generic[Row]):
    """What decorates a function of ids that makes a query: its rows, asked by these ids.

    Whatever else the function says must be the same for everybody and for ever.
    """

    def __init__(self, compose: Callable[..., QuerySet[Any, Row]]) -> None:
        self._compose = compose
        self._stand_ins = [uuid4() for _ in signature(compose).parameters]

    def rows(self, *ids: UUID | list[UUID]) -> list[Row]:
        """Return the rows for these ids, in the order in which the function takes them.

        Where it compares with ``any_of``, a list of ids stands for one.
        """
        rows, made, sql, params = self._made
        given = dict(zip(self._stand_ins, ids, strict=True))
        values = tuple(given.get(value, value) for value in params)
        asked = copy(made)
        asked.connection = connections[DEFAULT_DB_ALIAS]
        asked.as_sql = lambda *_: (sql, values)
        fresh: Any = rows._chain()  # type: ignore[attr-defined]
        fresh.query.get_compiler = lambda *_args, **_options: asked
        return list(fresh)

    def row(self, *ids: UUID | list[UUID]) -> Row | None:
        """Return the first row for these ids, if there is one."""
        return next(iter(self.rows(*ids)), None)

    @cached_property
    def _made(self) -> tuple[QuerySet[Any, Row], Any, str, tuple[Any, ...]]:
        rows = self._compose(*self._stand_ins)
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        return rows, compiler, sql, tuple(params)
