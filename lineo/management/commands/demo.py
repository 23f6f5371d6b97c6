"""Run the whole of Lineo with its demo until Ctrl-C."""

import argparse
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from lineo.accounts.models import User
from lineo.demo.children import DemoError
from lineo.demo.forecasts import are_coming, headlines, table
from lineo.demo.site import Site
from lineo.embedded import EmbeddedError

_FORECAST_SECONDS = 90.0


def _end_in_order() -> None:
    """Let every signal that asks for an end lead through the orderly one."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A shell that starts us in the background would have us ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, signal.default_int_handler)


class Command(BaseCommand):
    """Start servers, rows, workers and web; print the first forecast; serve; stop in order."""

    help = "Run Lineo with its demo until Ctrl-C, which stops everything that it started."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="the port to listen on")

    def handle(self, *, host: str, port: int, **_options: Any) -> None:
        _end_in_order()
        site = Site(host, port)
        try:
            self.stdout.write(_("Starting Lineo …"))
            self.stdout.flush()
            with site.running():
                self._show(site)
                site.watch()
        except KeyboardInterrupt:
            self.stdout.write("\n" + _("Stopped. Your data stays in %s.") % site.folder)
        except (DemoError, EmbeddedError) as error:
            # Not a CommandError, whose name would stand before the sentence.
            self.stderr.write(str(error))
            raise SystemExit(1) from None

    def _show(self, site: Site) -> None:
        """Print the first forecast, the address and the sign-in."""
        person = User.objects.get(email=site.seeded.email)
        deadline = time.monotonic() + _FORECAST_SECONDS
        while are_coming(person) and time.monotonic() < deadline:
            time.sleep(0.1)
        rows = headlines(person)
        self.stdout.write("\n" + table(rows) + "\n\n")
        if not any(row.p80 for row in rows):
            self.stderr.write(_("No forecast came yet; see %s.") % (site.folder / "workers.log"))
        self.stdout.write(_("Lineo runs at %s") % site.url)
        self.stdout.write(
            _("Sign in as %(email)s with the password %(password)s")
            % {"email": site.seeded.email, "password": site.seeded.password}
        )
        self.stdout.write(_("Press Ctrl-C to stop."))
        self.stdout.flush()
