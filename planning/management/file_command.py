"""What the commands share that read plan files: no database, no traceback."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from planning.core.plan import PlanError
from planning.interchange.reading import MAX_BYTES, read_plan
from planning.interchange.report import ImportReport, ImportResult

FAULT = 2
STOPPED = 130


class FileCommand(BaseCommand):
    """A command on files: prints JSON or a table, or one sentence and exits 2.

    Subclasses write ``run``. They touch neither the database nor Redis, so
    nothing of the site is checked before they start.
    """

    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Return a parser that answers a wrong argument in one sentence too."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if parser.called_from_command_line:
            parser.error = self._refuse  # type: ignore[method-assign]
        return parser

    def _refuse(self, message: str) -> NoReturn:
        self.stderr.write(f"{message[:1].upper()}{message[1:]}; --help says what there is.")
        sys.exit(FAULT)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take ``--json`` beside what the command itself takes."""
        parser.add_argument("--json", action="store_true", help="print JSON for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command; whatever goes wrong is one sentence."""
        try:
            self.run(options)
        except KeyboardInterrupt:
            self.stderr.write("Stopped.")
            sys.exit(STOPPED)
        except BrokenPipeError:
            # Whoever read the output has seen enough; closing it quietly is all that is left.
            sys.stderr.close()
        except Exception as error:
            if options.get("traceback"):
                raise
            self.stderr.write(sentence_of(error))
            sys.exit(FAULT)

    def run(self, options: dict[str, Any]) -> None:
        """Do what the command is for; any exception becomes its sentence."""
        raise NotImplementedError

    def read(self, path: str) -> ImportResult:
        """Return what the file at ``path`` holds."""
        return read_plan(file_bytes(path), Path(path).name)

    def read_each(self, paths: Sequence[str]) -> list[ImportResult]:
        """Return what each file holds; a fault says in which of them it is."""
        return [self._read_one_of(path) for path in paths]

    def _read_one_of(self, path: str) -> ImportResult:
        try:
            return self.read(path)
        except PlanError as fault:
            raise PlanError(f"{path}: {fault}") from None

    def print_json(self, data: Any) -> None:
        """Print one JSON document, without what is no number."""
        self.stdout.write(json.dumps(data, ensure_ascii=False, allow_nan=False))

    def print_table(self, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print columns as wide as they need, the first to the left."""
        lines = [list(headings), *(list(row) for row in rows)]
        widths = [max(len(line[place]) for line in lines) for place in range(len(headings))]
        for line in lines:
            cells = [
                cell.ljust(width) if place == 0 else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            ]
            self.stdout.write("  ".join(cells).rstrip())

    def print_report(self, report: ImportReport) -> None:
        """Say what an import could not keep."""
        for what, count in report.dropped:
            self.stdout.write(f"Not kept: {what} ({count})")
        for warning in report.warnings:
            self.stdout.write(f"Note: {warning}")


def file_bytes(path: str) -> bytes:
    """Return the bytes of a file, one more than the limit at most."""
    with Path(path).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def sentence_of(error: Exception) -> str:
    """Return what went wrong in one line, without a traceback."""
    match error:
        case PlanError():
            text = str(error)
        case OSError(filename=name) if name:
            text = f"{name}: {error.strerror or 'cannot be read'}."
        case _:
            text = (
                f"This file holds something that Lineo cannot read ({type(error).__name__}); "
                "add --traceback to see where."
            )
    return " ".join(text.split())


def moment(value: datetime | None) -> str | None:
    """Return an instant as the contract writes it, ``2026-01-05T08:00``."""
    return None if value is None else value.isoformat(timespec="minutes")


def shown(value: datetime | None) -> str:
    """Return an instant for people, or a dash."""
    return "–" if value is None else f"{value:%Y-%m-%d %H:%M}"


def days(minutes: int | None, minutes_per_day: int) -> str:
    """Return working minutes as days with one decimal, or a dash."""
    return "–" if minutes is None else f"{minutes / minutes_per_day:.1f} d"


def cut(text: str, width: int = 44) -> str:
    """Return one line of at most ``width`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"
