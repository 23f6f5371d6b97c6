"""The database roles, what they may do, and which of them may serve pages.

Names are fixed, because migrations write policies for them; ``roles.sql`` in
``lineo.embedded`` makes the roles, once per cluster. A login of another name
works when it is a member of ``lineo_app``.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from lineo.accounts import tenancy

OWNER = "lineo_owner"
APP = "lineo_app"
SWEEPER = "lineo_sweeper"

# Default privileges stand in the database, so test databases need them too.
DEFAULT_PRIVILEGES = f"""
GRANT USAGE ON SCHEMA public TO {APP}, {SWEEPER};
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP};
"""

_CAN_CLIMB = """
SELECT me.rolsuper, me.rolbypassrls, EXISTS (
    SELECT FROM pg_roles o WHERE o.rolname = %s AND pg_has_role(me.oid, o.oid, 'MEMBER')
) FROM pg_roles me WHERE me.rolname = current_user
"""

_trusted: set[tuple[str, str, str]] = set()


def refuse_wall_climbers(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Refuse to serve under a role that row-level security does not bind.

    Sent on every new connection; a role that passed once is trusted for the
    life of the process, so that short connections stay cheap.
    """
    if tenancy.is_owner() or connection.vendor != "postgresql":
        return
    settings = connection.settings_dict
    identity = (str(settings["HOST"]), str(settings["PORT"]), str(settings["USER"]))
    if identity in _trusted:
        return
    check_role(connection)
    _trusted.add(identity)


def check_role(connection: BaseDatabaseWrapper) -> None:
    """Raise unless the connection's role is bound by the walls."""
    with connection.cursor() as cursor:
        cursor.execute(_CAN_CLIMB, [OWNER])
        is_superuser, bypasses, is_owner = cursor.fetchone()
    if is_superuser or bypasses or is_owner:
        user = connection.settings_dict["USER"]
        connection.close()
        raise ImproperlyConfigured(
            f"The database role {user!r} ignores row-level security: it is a superuser, "
            f"has BYPASSRLS, or may act as {OWNER}. Serve with a role like {APP} in "
            "DATABASE_URL and name the owner in DATABASE_OWNER_URL."
        )


def prepare_database(*, using: str, **_: Any) -> None:
    """Grant what the serving role needs on the tables that migrations will make."""
    with connections[using].cursor() as cursor:
        cursor.execute(DEFAULT_PRIVILEGES)
