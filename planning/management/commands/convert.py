"""One plan file into another format, told by the second name's suffix."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from planning.core.plan import PlanError
from planning.interchange.writing import FORMATS, write_plan
from planning.management.file_command import FileCommand


class Command(FileCommand):
    """Convert a plan file."""

    help = "Write a plan file in another format: .json, .xml, .xer, .csv or .ics."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the two files and whether to write over one."""
        super().add_arguments(parser)
        parser.add_argument("source", metavar="FILE", help="the plan to read, told by content")
        parser.add_argument("target", metavar="FILE", help="the file to write, told by suffix")
        parser.add_argument("--force", action="store_true", help="write over a file that exists")

    def run(self, options: dict[str, Any]) -> None:
        """Read the one file and write the other."""
        target = Path(options["target"])
        suffix = target.suffix.lower().removeprefix(".")
        if suffix not in FORMATS:
            known = ", ".join(f".{name}" for name in FORMATS)
            raise PlanError(f"{target.name}: write a file that ends in one of {known}.")
        if target.exists() and not options["force"]:
            raise PlanError(f"{target} exists; add --force to write over it.")
        result = self.read(options["source"])
        written = write_plan(result.plan, suffix)
        _replace(target, written.data)
        if options["json"]:
            data = {"import": result.report.as_data(), "export": written.report.as_data()}
            self.print_json({"file": str(target), **data})
            return
        self.stdout.write(f"Wrote {target} ({len(result.plan.tasks)} tasks).")
        self.print_report(result.report)
        self.print_report(written.report)


def _replace(target: Path, data: bytes) -> None:
    """Write the whole file or leave what is there, also when the disk is full."""
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        raise PlanError(f"{target}: {error.strerror or 'cannot be written'}.") from None
    finally:
        part.unlink(missing_ok=True)
