"""From the address of a server to what Django and django-rq want to be told of it."""

from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from redis.connection import parse_url


def database(address: str, *, statement_timeout_ms: int, kept_seconds: int) -> dict[str, Any]:
    """Return Django's description of a database, empty where there is no address."""
    if not address:
        return {}
    described: dict[str, Any] = dict(dj_database_url.parse(address))
    described["CONN_MAX_AGE"] = kept_seconds
    described["CONN_HEALTH_CHECKS"] = True
    options = described.setdefault("OPTIONS", {})
    given = options.get("options", "")
    options["options"] = f"-c statement_timeout={statement_timeout_ms} {given}".strip()
    options["connect_timeout"] = 5
    return described


def queue(address: str, client_options: dict[str, Any]) -> dict[str, Any]:
    """Return django-rq's description of a queue.

    Its own ``URL`` key would drop the client's options, so the address is taken apart.
    """
    parts = urlsplit(address)
    # The client takes number 0 for whatever is no number after the slash.
    number = parts.path.strip("/") if parts.scheme != "unix" else ""
    try:
        asked = parse_url(address)  # type: ignore[no-untyped-call]  # redis leaves it untyped
    except ValueError as error:
        raise ImproperlyConfigured(f"REDIS_URL can’t be read: {error}") from None
    if not (number or "0").isdecimal():
        raise ImproperlyConfigured("REDIS_URL must end in the number of a database, such as /0.")
    asked.pop("connection_class", None)
    described = {
        "HOST": asked.pop("host", "localhost"),
        "PORT": asked.pop("port", 6379),
        "DB": asked.pop("db", 0),
        "USERNAME": asked.pop("username", None),
        "PASSWORD": asked.pop("password", None),
        "SSL": parts.scheme == "rediss",
        "SSL_CERT_REQS": asked.pop("ssl_cert_reqs", "required"),
        "SERIALIZER": "rq.serializers.JSONSerializer",  # a message is an id, never a pickle
    }
    if "path" in asked:
        asked["unix_socket_path"] = asked.pop("path")
    return {**described, "REDIS_CLIENT_KWARGS": {**asked, **client_options}}


def folder() -> dict[str, Any]:
    """Return Django's description of ``MEDIA_ROOT`` as a place for what people upload."""
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    }


def bucket(name: str, *, endpoint: str, region: str) -> dict[str, Any]:
    """Return Django's description of a bucket of an S3-compatible store.

    Its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from the machine's role.
    """
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": name,
            "endpoint_url": endpoint or None,
            "region_name": region or None,
            "default_acl": "private",
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
