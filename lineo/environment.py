"""Values from environment variables, each checked where it is read.

A bad value is an :class:`ImproperlyConfigured` with one sentence that names the
variable, what it held, and what it may hold. An empty variable counts as unset. A secret
may stand in a file instead, whose path ``NAME_FILE`` gives, as Docker's secrets do.
"""

import os
from pathlib import Path

from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured

_FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def text(name: str, default: str = "", *, choices: tuple[str, ...] = ()) -> str:
    """Return the variable ``name``, one of ``choices`` where these are given."""
    value = os.environ.get(name, "").strip() or _in_file(f"{name}_FILE") or default
    if choices and value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not “{value}”.")
    return value


def _in_file(name: str) -> str:
    path = os.environ.get(name, "").strip()
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ImproperlyConfigured(f"{name} names a file that can't be read: {path}.") from None


def flag(name: str, *, default: bool) -> bool:
    """Return the variable ``name`` as yes or no."""
    value = text(name)
    if not value:
        return default
    if value.lower() not in _FLAGS:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not “{value}”.")
    return _FLAGS[value.lower()]


def number(name: str, *, default: int, least: int = 0) -> int:
    """Return the variable ``name`` as a whole number, at least ``least``."""
    value = text(name, str(default))
    if not value.isdecimal() or int(value) < least:
        raise ImproperlyConfigured(
            f"{name} must be a whole number of at least {least}, not “{value}”."
        )
    return int(value)


def listing(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    """Return the comma-separated variable ``name`` as a list."""
    value = text(name)
    return [part.strip() for part in value.split(",") if part.strip()] or list(default)


def languages(name: str, *, default: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the languages that the variable ``name`` lists, with what they are called."""
    wanted = listing(name, default=default)
    known = dict(global_settings.LANGUAGES)
    for code in wanted:
        if code not in known:
            raise ImproperlyConfigured(
                f"{name} must list codes of languages such as en, de or he, not “{code}”."
            )
    return [(code, str(known[code])) for code in wanted]


def url(name: str, *, schemes: tuple[str, ...], default: str = "") -> str:
    """Return the variable ``name`` if it is a URL with one of ``schemes``."""
    value = text(name, default)
    if value and value.partition("://")[0] not in schemes:
        # The value stays out of the message: it usually carries a password.
        raise ImproperlyConfigured(f"{name} must start with {schemes[0]}://.")
    return value
