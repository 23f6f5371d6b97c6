"""Any file → a Plan and a report, told by what it holds and not by its name."""

import re
from collections.abc import Callable
from dataclasses import replace

from planning.core.plan import PlanError
from planning.core.unheard import unheard
from planning.core.validation import validate
from planning.interchange import csv_file, gan, mspdi, xer
from planning.interchange.json_text import decode_json
from planning.interchange.planfile import PlanFileError, plan_from_json
from planning.interchange.report import ImportResult, short

MAX_BYTES = 20 * 1024 * 1024

_HEAD_BYTES = 64 * 1024
_FIRST_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_NOT_ELEMENTS = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(\[.*?\])?[^>]*>", re.DOTALL)

_AS_XML = "save it there as XML (File, Save As, “XML Format”) and import that file"
_AS_XER = "export it there as XER (File, Export, “Primavera PM - (XER)”) and import that file"

# Beginnings of files that hold a plan, but in a form that only their own program reads.
_ELSEWHERE: tuple[tuple[bytes, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        f"This is a file of Microsoft Project (.mpp) or Office; {_AS_XML}.",
    ),
    (b"\xac\xed\x00\x05", f"This is a file of ProjectLibre (.pod); {_AS_XML}."),
    (b"MPX,", f"This is an MPX file; open it in the program that wrote it and {_AS_XML}."),
    (b"\x1f\x8b", "This is a gzip archive; unpack it and import the file inside."),
    (b"7z\xbc\xaf", "This is a 7z archive; unpack it and import the file inside."),
    (b"Rar!", "This is a RAR archive; unpack it and import the file inside."),
    (b"%PDF", "This is a PDF; import the plan that it was printed from."),
    (b"SQLite format 3", f"This is a database of Primavera P6 or another program; {_AS_XER}."),
)
_ZIP = "This is a zip archive; unpack it and import the file inside."
_EXCEL = "This is an Excel workbook; save it there as CSV and import that file."


def read_plan(data: bytes, name: str = "") -> ImportResult:
    """Return the plan that a file holds, and what could not be kept.

    Parameters
    ----------
    data : bytes
        A plan file, MS Project XML, Primavera XER, GanttProject or CSV.
    name : str, optional
        The file's name; it names a plan that has no name of its own, and
        says nothing about the format.

    Raises
    ------
    PlanError
        If the file is too large, of another format, broken, or holds no
        sound plan; one sentence says which, and what to do.
    """
    if len(data) > MAX_BYTES:
        raise PlanError(f"This file is larger than {MAX_BYTES // 1024**2} MB.")
    reader = _reader_of(data, name)
    try:
        return _told_of_the_unheard(reader(data))
    except RecursionError:
        raise PlanError("This file is nested too deeply to be a plan.") from None
    except PlanError as fault:
        if isinstance(fault, PlanFileError) or short(fault.message) == fault.message:
            raise
        raise PlanError(short(fault.message), path=fault.path) from None


def _told_of_the_unheard(result: ImportResult) -> ImportResult:
    """Return the result with a warning of whatever in it moves no date."""
    more = tuple(
        short(f"The {one.what} of “{one.task.name}” has no effect: {one.why}.")
        for one in unheard(result.plan)
    )
    return replace(result, report=result.report.with_warnings(more)) if more else result


def _reader_of(data: bytes, name: str) -> Callable[[bytes], ImportResult]:
    _refuse_what_others_read(data)
    text = _beginning(data)
    if not text:
        raise PlanError("This file is empty.")
    if text[0] in "{[":
        return _read_plan_file
    if text[0] == "<":
        return _xml_reader(text)
    if text.startswith("ERMHDR"):
        return _checked(xer.read)
    if text.startswith("BEGIN:VCALENDAR"):
        raise PlanError("This is an iCalendar file; import it into a calendar of a plan.")
    return lambda table: csv_file.read(table, name)


def _checked(read: Callable[[bytes], ImportResult]) -> Callable[[bytes], ImportResult]:
    """Return ``read`` with its plan validated; plan files and tables do so themselves."""

    def read_checked(data: bytes) -> ImportResult:
        result = read(data)
        try:
            validate(result.plan)
        except PlanError as fault:
            raise PlanError(f"This file makes no sound plan: {str(fault).rstrip('.')}.") from None
        return result

    return read_checked


def _read_plan_file(data: bytes) -> ImportResult:
    return ImportResult(plan_from_json(decode_json(data)))


def _xml_reader(text: str) -> Callable[[bytes], ImportResult]:
    element = _FIRST_ELEMENT.search(_NOT_ELEMENTS.sub("", text))
    root = element[1] if element else ""
    if root == "Project":
        return _checked(mspdi.read)
    if root == "project":
        return _checked(gan.read)
    if root == "APIBusinessObjects":
        raise PlanError(f"This is Primavera P6 XML; {_AS_XER}.")
    if root.lower() == "html":
        raise PlanError("This is a web page and not a plan; download the file itself.")
    if not root:
        return _checked(mspdi.read)
    raise PlanError(
        f"This XML begins with <{root[:40]}>, which is neither MS Project's nor GanttProject's."
    )


def _refuse_what_others_read(data: bytes) -> None:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise PlanError(_EXCEL if b"xl/" in data or b"[Content_Types]" in data[:4096] else _ZIP)
    for beginning, sentence in _ELSEWHERE:
        if data.startswith(beginning):
            raise PlanError(sentence)


def _beginning(data: bytes) -> str:
    """Return the first characters, whatever the encoding, without blanks before."""
    head = data[:_HEAD_BYTES]
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, errors="replace").lstrip()
    return head.decode("utf-8-sig", errors="replace").lstrip("\ufeff \t\r\n")
