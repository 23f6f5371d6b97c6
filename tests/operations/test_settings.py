"""Settings: every value from the environment, and one sentence for a bad one."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
from django_rq.connection_utils import get_redis_connection

from lineo import addresses
from lineo.settings import REDIS_CLIENT_OPTIONS

ROOT = Path(__file__).resolve().parents[2]
SERVED = {
    "DATABASE_URL": "postgres://lineo_app:x@db.example.org/lineo",
    "REDIS_URL": "redis://redis.example.org/0",
    "LINEO_SECRET_KEY": "Zb5kq0v_Rr2vYt9Wc8L4n1XhM7pJ3sQd6uAeGfTy-9KwBiNoVx",
    "LINEO_ALLOWED_HOSTS": "lineo.example.org",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with this environment and no other."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"LINEO_DEBUG": "maybe"}, "LINEO_DEBUG must be 1 or 0, not “maybe”."),
        (
            {"LINEO_STATEMENT_TIMEOUT_MS": "-5"},
            "LINEO_STATEMENT_TIMEOUT_MS must be a whole number of at least 0, not “-5”.",
        ),
        (
            {"LINEO_LOG_FORMAT": "xml"},
            "LINEO_LOG_FORMAT must be one of text, json, not “xml”.",
        ),
        (
            {"LINEO_LANGUAGES": "en, klingon"},
            "LINEO_LANGUAGES must list codes of languages such as en, de or he, not “klingon”.",
        ),
        ({"REDIS_URL": "http://x"}, "REDIS_URL must start with redis://."),
        (
            {"REDIS_URL": "redis://x/first"},
            "REDIS_URL must end in the number of a database, such as /0.",
        ),
        (
            {"REDIS_URL": "redis://x?db=first"},
            "REDIS_URL can’t be read: Invalid value for 'db' in connection URL.",
        ),
        (
            {**SERVED, "DATABASE_URL": "sqlite:///db"},
            "DATABASE_URL must start with postgres://.",
        ),
        (
            {**SERVED, "LINEO_SECRET_KEY": ""},
            "Set LINEO_SECRET_KEY to a long random text: DATABASE_URL is set.",
        ),
        (
            {**SERVED, "LINEO_ALLOWED_HOSTS": ""},
            "Set LINEO_ALLOWED_HOSTS to the site's host names.",
        ),
    ],
)
def test_a_bad_value_is_one_sentence(environment: dict[str, str], sentence: str) -> None:
    finished = manage("check", **environment)

    assert (finished.returncode, finished.stderr.strip()) == (2, sentence)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    for name, value in SERVED.items():
        (tmp_path / name).write_text(f"{value}\n")
    in_files = {f"{name}_FILE": str(tmp_path / name) for name in SERVED}
    shown = (
        "from django.conf import settings as s; print(s.SECRET_KEY, s.DATABASES['default']['HOST'])"
    )

    told = manage("shell", "--no-imports", "--verbosity", "0", "--command", shown, **in_files)
    (tmp_path / "LINEO_SECRET_KEY").unlink()
    missing = manage("check", **in_files)

    assert told.stdout.split() == [SERVED["LINEO_SECRET_KEY"], "db.example.org"], told.stderr
    assert missing.returncode == 2
    assert missing.stderr.startswith("LINEO_SECRET_KEY_FILE names a file that can't be read: ")


def test_a_public_site_passes_every_check_of_deployment() -> None:
    finished = manage("check", "--deploy", "--fail-level", "WARNING", **SERVED)

    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize(
    ("address", "host", "port", "database", "path"),
    [
        ("redis://cache.example.org:7000/3", "cache.example.org", 7000, 3, None),
        ("redis://cache.example.org", "cache.example.org", 6379, 0, None),
        ("unix:///run/lineo/valkey?db=5", "localhost", 6379, 5, "/run/lineo/valkey"),
    ],
)
def test_the_queue_is_found_where_redis_url_points(
    address: str, host: str, port: int, database: int, path: str | None
) -> None:
    queue = addresses.queue(address, REDIS_CLIENT_OPTIONS)

    assert (queue["HOST"], queue["PORT"], queue["DB"]) == (host, port, database)
    assert queue["REDIS_CLIENT_KWARGS"].get("unix_socket_path") == path


def test_a_private_authority_of_redis_is_kept() -> None:
    address = "rediss://lineo:s%40cret@cache.example.org/2?ssl_ca_certs=/etc/redis/ca.pem"

    queue = addresses.queue(address, REDIS_CLIENT_OPTIONS)

    kept = get_redis_connection(queue).connection_pool.connection_kwargs
    assert (kept["username"], kept["password"], kept["db"]) == ("lineo", "s@cret", 2)
    assert (kept["ssl_ca_certs"], kept["ssl_cert_reqs"]) == ("/etc/redis/ca.pem", "required")
    assert kept["socket_timeout"] == 0.5


def test_a_queue_that_does_not_answer_costs_no_more_than_a_moment() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        address = f"redis://127.0.0.1:{port}/0"
        client = get_redis_connection(addresses.queue(address, REDIS_CLIENT_OPTIONS))
        started = time.monotonic()

        with pytest.raises(redis.exceptions.RedisError), client:
            client.ping()

    assert time.monotonic() - started < 1.5
