import gzip
import io
import json
import zipfile

import pytest

from planning.core.plan import PlanError
from planning.interchange.reading import MAX_BYTES, read_plan
from tests.shared_data import shared_files

PLAN = json.dumps(
    {"lineo": 1, "project": {"name": "x", "start": "2026-01-05"}, "tasks": [{"id": "A"}]}
)
MSPDI = b"""<?xml version="1.0" encoding="UTF-8"?><!-- <project> -->
<Project xmlns="http://schemas.microsoft.com/project"><Name>Shed</Name>
<StartDate>2026-01-05T08:00:00</StartDate>
<Tasks><Task><UID>1</UID><ID>1</ID><Name>Dig</Name><Duration>PT16H0M0S</Duration></Task></Tasks>
</Project>"""


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (PLAN.encode(), "A"),
        (b"\xef\xbb\xbf\n  " + PLAN.encode(), "A"),
        (MSPDI, "1"),
        (b"id,name\nA,Dig\n", "A"),
    ],
)
def test_the_format_is_told_by_content_whatever_the_name(data, key):
    plan = read_plan(data, "wrong.pdf").plan

    assert [task.key for task in plan.tasks] == [key]


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "save it there as XML"),
        (b'<?xml version="1.0"?><APIBusinessObjects/>', "export it there as XER"),
        (zipped("plan.json"), "unpack it"),
        (zipped("xl/workbook.xml"), "save it there as CSV"),
        (gzip.compress(b"x", mtime=0), "unpack it"),
        (b"\xac\xed\x00\x05sr", "save it there as XML"),
        (b"MPX,Microsoft Project", "save it there as XML"),
        (b"%PDF-1.7", "import the plan that it was printed from"),
        (b"BEGIN:VCALENDAR\r\n", "import it into a calendar"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b"<svg/>", "begins with <svg>"),
    ],
)
def test_a_plan_that_only_its_own_program_reads_is_answered_with_what_to_do(data, advice):
    with pytest.raises(PlanError, match=advice):
        read_plan(data, "plan.mpp")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n",
        b"\x00" * 100,
        b"\xff\xfe",
        b"{",
        b"<",
        b"<Project",
        b"<Project>" * 5000,
        b"ERMHDR",
        b"ERMHDR\t8.0\n%T\tPROJECT\n",
        b"[" * 100_000,
        b'<!DOCTYPE a [<!ENTITY b "c">]><Project>&b;</Project>',
        bytes(range(256)) * 10,
        b"\xef\xbb\xbf",
        '{"lineo": 1}'.encode("utf-16"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(data):
    with pytest.raises(PlanError) as raised:
        read_plan(data)

    assert 10 < len(str(raised.value)) < 400
    assert "\n" not in str(raised.value)


def test_a_file_above_the_limit_is_not_even_looked_at():
    with pytest.raises(PlanError, match="larger than 20 MB"):
        read_plan(b"{" * (MAX_BYTES + 1))


def test_a_constraint_that_moves_no_date_is_warned_of():
    phase = {"id": "S", "name": "Phase", "constraint": {"type": "MSO", "date": "2026-02-02"}}
    tasks = [phase, {"id": "A", "parent": "S", "constraint": phase["constraint"]}]

    [warning] = read_plan(json.dumps(json.loads(PLAN) | {"tasks": tasks}).encode()).report.warnings

    assert warning.startswith("The constraint MSO of “Phase” has no effect: a summary may only")


@pytest.mark.parametrize(
    "file",
    [*shared_files("schedules/*.x*"), *shared_files("gan/*.gan")],
    ids=lambda file: file.name,
)
def test_every_shared_schedule_is_read(file):
    result = read_plan(file.read_bytes())

    assert result.plan.tasks
    assert result.plan.dependencies
