"""What every test may use: throw-away servers, their roles, and the shared data.

One embedded PostgreSQL and one Valkey serve a whole run, started by the first test that asks
for them; workers of pytest-xdist share them, each with databases of its own. Whoever runs
`pytest -p no:django` tests the pure packages, and no server starts.
"""

import os
import secrets
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from lineo import embedded
from lineo.embedded.folders import APP, BACKUP, OWNER, folders
from tests.shared_data import require_shared_data

# --- Before Django reads its settings -------------------------------------------------------

# The first process of the run chooses the folder; xdist's workers inherit its name. It is short,
# because sockets lie in it, and nobody else can have guessed it.
_DATA = Path(
    os.environ.setdefault(
        "LINEO_TEST_DATA", f"/tmp/lineo-test-{os.getuid()}-{secrets.token_hex(6)}"
    )
)
_WORKER_NUMBER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1
_PLACE = folders(_DATA)
_BROWSER = Path(__file__).with_name("browser")
os.environ |= {
    "DATABASE_URL": _PLACE.database_url(APP),
    "DATABASE_OWNER_URL": _PLACE.database_url(OWNER),
    "DATABASE_BACKUP_URL": _PLACE.database_url(BACKUP),
    "REDIS_URL": _PLACE.redis_url.replace("db=0", f"db={_WORKER_NUMBER}"),
    "LINEO_SECRET_KEY": "only-for-tests",
    "LINEO_ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "LINEO_HTTPS": "0",
    "LINEO_STATIC_ROOT": str(_DATA / "static"),
    "LINEO_FILES_ROOT": str(_DATA / "files"),
    "LINEO_LOG_LEVEL": "WARNING",
    "LINEO_LIVE_EVENTS": "0",
    "LINEO_API_CALLS_PER_MINUTE": "0",
}
if "no:django" not in sys.argv:
    import django

    # Here and not in a hook, so that the conftest.py of a room may import models.
    os.environ["DJANGO_SETTINGS_MODULE"] = "lineo.settings"
    django.setup()
    # A worker of xdist would inherit it, and read its settings before the lines above.
    del os.environ["DJANGO_SETTINGS_MODULE"]


# How long a machine takes says nothing of whether a property holds.
hypothesis_settings.register_profile(
    "lineo", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("lineo")

# --- Servers and roles ----------------------------------------------------------------------


@pytest.fixture(scope="session")
def servers() -> Iterator[embedded.Servers]:
    """The run's own PostgreSQL and Valkey; they vanish when the last worker has ended."""
    running = embedded.ensure(_DATA, throwaway=True)
    yield running
    running.lease.release()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Leave test databases alone: the cluster is removed as a whole."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    servers: embedded.Servers,
    django_db_modify_db_settings_parallel_suffix: None,
    _owner: ExitStack,
) -> None:
    """Make the test database, and migrate it, as the owner of its tables."""
    from lineo.accounts.tenancy import as_owner

    _owner.enter_context(as_owner())


@pytest.fixture(scope="session")
def _owner() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, _owner: ExitStack, django_db_blocker: Any) -> None:
    """Test as the serving role, which row-level security binds."""
    with django_db_blocker.unblock():
        _owner.close()


@pytest.fixture
def redis_at(settings: Any) -> Callable[[str], str]:
    """Let this process look for Redis at another address."""
    from lineo import addresses

    def point(address: str) -> str:
        described = addresses.queue(address, settings.REDIS_CLIENT_OPTIONS)
        settings.REDIS_URL = address
        settings.RQ_QUEUES = dict.fromkeys(settings.RQ_QUEUES, described)
        return address

    return point


@pytest.fixture
def rq_queue(servers: embedded.Servers) -> Iterator[Any]:
    """The default queue, empty before and after."""
    import django_rq

    queue = django_rq.get_queue("default")
    queue.connection.flushdb()
    yield queue
    queue.connection.flushdb()
    queue.connection.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real schedules; its tests are skipped, and counted, where it is absent."""
    return require_shared_data()


# --- What was skipped is said ---------------------------------------------------------------


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in tests/browser needs a browser, and says so."""
    for item in items:
        if _BROWSER in item.path.parents:
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Fail a browser test that skips where CI=true: nobody would notice there."""
    report = yield
    if report.skipped and item.get_closest_marker("browser") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped where CI=true: {report.longrepr[2]}"
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Count what was skipped, by reason."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    if reasons:
        terminalreporter.section("skipped")
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"{count:5} × {reason}")
    tell_shares(terminalreporter)


def tell_shares(terminalreporter: Any) -> None:
    """Print the shares that tests recorded as ("share: of what", (agreed, total)), added up."""
    shares: dict[str, tuple[int, int]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", []):
                if name.startswith("share: "):
                    agreed, total = shares.get(name, (0, 0))
                    shares[name] = agreed + value[0], total + value[1]
    for name, (agreed, total) in shares.items():
        what = name.removeprefix("share: ")
        terminalreporter.write_line(f"{agreed} of {total} ({agreed / total:.1%}) {what}")
