"""The one tenancy context: which workspace, for whom, on whose authority.

Row-level security reads two settings of the transaction, ``app.workspace``
and ``app.person``. They are set with ``set_config(…, true)`` only: a setting
of the session would leak through a connection pool to the next request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from lineo import requests


class HasKey(Protocol):
    """A row, known by its primary key."""

    @property
    def pk(self) -> Any: ...


RowOrKey = HasKey | UUID | str | None


class Context(NamedTuple):
    """Whose walls the current transaction stands within."""

    workspace: UUID | None = None
    person: UUID | None = None


# A migration may take long, but must not make every page wait for its lock.
_OWNER_OPTIONS = "-c app.maintenance=on -c statement_timeout=0 -c lock_timeout=10s"

_OUTSIDE = Context()
_context: ContextVar[Context] = ContextVar("lineo_tenancy", default=_OUTSIDE)
_is_owner: ContextVar[bool] = ContextVar("lineo_owner", default=False)


@contextmanager
def workspace_context(
    workspace: RowOrKey, person: RowOrKey = None, *, is_apart: bool = False
) -> Iterator[None]:
    """Open the walls of one workspace for one person, in a transaction.

    Parameters
    ----------
    workspace
        The row or its id; ``None`` opens only what a person sees of
        themselves (their memberships and the names of those workspaces).
    person
        Who acts; ``None`` for the system.
    is_apart
        Whether what is written can be taken back by itself, also where the
        same context is open already.

    Notes
    -----
    Contexts nest. A nested one is a savepoint; RELEASE SAVEPOINT keeps what
    SET LOCAL wrote, so the former values are written back on success, while
    a rollback brings them back by itself. On-commit hooks run outside.
    """
    inner = Context(_key(workspace), _key(person))
    outer = _context.get()
    if inner == outer and connection.in_atomic_block and not is_apart:
        yield
        return
    is_nested = connection.in_atomic_block
    with transaction.atomic():
        _write(inner)
        token = _context.set(inner)
        try:
            yield
        finally:
            _context.reset(token)
        # The end of a transaction takes back by itself what was set in it.
        if is_nested and not connection.needs_rollback:
            _write(outer)


def step_into(workspace: RowOrKey) -> None:
    """Go on within ``workspace`` until the open context ends.

    For who must first ask, as a person alone, which workspace that is: it
    spares a savepoint.
    """
    inner = Context(_key(workspace), current_person_id())
    _write(inner)
    _context.set(inner)


def current_workspace_id() -> UUID | None:
    """Return the id of the workspace whose context is open, if one is."""
    return _context.get().workspace


def current_person_id() -> UUID | None:
    """Return the id of the person for whom the context was opened."""
    return _context.get().person


@contextmanager
def as_owner() -> Iterator[None]:
    """Act as the role that owns the tables: migrations, flush, deletion of a workspace.

    The connection of this thread is swapped, so no transaction may be open.
    ``app.maintenance`` lets the owner through FORCE ROW LEVEL SECURITY;
    without it a data migration's UPDATE would silently hit no row.
    """
    if _is_owner.get():
        yield
        return
    if connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "as_owner() opens a connection of its own: leave the transaction first."
        )
    serving = connection.settings_dict
    connection.close()
    connection.settings_dict = _owner_settings(serving)
    token = _is_owner.set(True)
    try:
        yield
    finally:
        connection.close()
        # Making a test database renames it in the settings of the moment.
        serving["NAME"] = connection.settings_dict["NAME"]
        connection.settings_dict = serving
        _is_owner.reset(token)


def is_owner() -> bool:
    """Return whether this thread acts as the owner of the tables."""
    return _is_owner.get()


def _owner_settings(serving: dict[str, Any]) -> dict[str, Any]:
    options = {key: value for key, value in serving["OPTIONS"].items() if key != "pool"}
    options["options"] = f"{options.get('options', '')} {_OWNER_OPTIONS}".strip()
    return {**serving, **settings.DATABASE_OWNER, "NAME": serving["NAME"], "OPTIONS": options}


def _key(subject: RowOrKey) -> UUID | None:
    key = getattr(subject, "pk", subject)
    return UUID(str(key)) if key else None


def _write(context: Context) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.workspace', %s, true), set_config('app.person', %s, true),"
            # What PostgreSQL logs and shows of this transaction names the request that it is for.
            " set_config('application_name', %s, true)",
            [
                str(context.workspace or ""),
                str(context.person or ""),
                f"lineo {requests.current()}".strip(),
            ],
        )


@contextmanager
def as_sweeper() -> Iterator[None]:
    """See the jobs of every workspace, and how old some rows are, for one short transaction.

    The serving role is granted ``lineo_sweeper`` without inheriting it, so
    that no request sees what this sees.
    """
    with transaction.atomic():
        _set_role("lineo_sweeper")
        yield
        # Also where this is a savepoint: its RELEASE would keep the role.
        if not connection.needs_rollback:
            _set_role("NONE")


def _set_role(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
