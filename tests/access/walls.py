"""What the coverage tests know about tables."""

from django.db import connection

# Tables outside the walls, each with the reason why. They hold no content of a workspace.
GLOBAL_TABLES = {
    "accounts_user": "sign-in comes before any workspace",
    "accounts_signintries": "counters under keyed hashes, before anyone is known",
    "accounts_failedsignin": "for some seconds, before anyone is known: whose account was tried",
    "account_emailaddress": "confirmed before any workspace is known",
    "account_emailconfirmation": "allauth's own, unused: links are signed",
    "accounts_invitationkey": "digests of links, followed before a workspace is known",
    "mfa_authenticator": "second factors, encrypted: sign-in comes before any workspace",
    "socialaccount_socialaccount": "who somebody is elsewhere, for sign-in",
    "socialaccount_socialapp": "allauth's own, unused: providers stand in settings",
    "socialaccount_socialtoken": "allauth's own, kept empty: nothing is asked of providers later",
    "usersessions_usersession": "a person's sessions, of all workspaces",
    "accounts_tokenkey": "digests of tokens, found before a workspace is known",
    "token_blacklist_outstandingtoken": "numbers of refresh tokens, before a workspace is known",
    "token_blacklist_blacklistedtoken": "which of these are spent, as they",
    "auth_group": "Django's own, unused: the policy decides",
    "auth_group_permissions": "Django's own, unused: the policy decides",
    "auth_permission": "names of models",
    "django_admin_log": "Django's own, kept empty: the change log records",
    "django_content_type": "names of models",
    "django_migrations": "names of migrations",
    "operations_erasure": "that a workspace was erased: it is gone, and only the owner reads this",
    "django_session": "sessions are found before a workspace is known",
}

_TABLES = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, EXISTS (
    SELECT FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped
)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'm') ORDER BY 1
"""

_PLAIN_KEYS = """
SELECT con.conrelid::regclass::text, con.conname
FROM pg_constraint con
JOIN pg_class target ON target.oid = con.confrelid
WHERE con.contype = 'f' AND target.relrowsecurity AND target.relname <> 'accounts_workspace'
  AND NOT EXISTS (
    SELECT FROM unnest(con.conkey) AS k(number)
    JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.number
    WHERE a.attname = 'workspace_id'
  )
ORDER BY 1
"""


def tables() -> list[tuple[str, bool, bool, bool]]:
    """Return every table: its name, whether walls are enabled, forced, and its workspace_id."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return cursor.fetchall()


def walled_tables() -> list[str]:
    return [name for name, *_ in tables() if name not in GLOBAL_TABLES]


def keys_across_walls() -> list[tuple[str, str]]:
    """Return foreign keys to walled tables that the workspace is no part of."""
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN_KEYS)
        return cursor.fetchall()
