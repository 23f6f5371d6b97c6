"""What strangers send: refused in a sentence, at once, without much memory."""

import time
import tracemalloc

import pytest

from planning.core.plan import PlanError
from planning.interchange import gan, mspdi, xer, xml_safety
from planning.interchange.reading import read_plan
from tests.mspdi_files import link, task
from tests.mspdi_files import mspdi as mspdi_file
from tests.outcomes import is_sentence, outcome
from tests.xer_files import activity, calendar, project
from tests.xer_files import xer as xer_file

LAUGHS = "".join(
    f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' if level else '<!ENTITY l0 "ha">'
    for level in range(10)
)
BOMBS = {
    "billion laughs": f"<!DOCTYPE x [{LAUGHS}]><Project>&l9;</Project>".encode(),
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]><x>{"&a;" * 5_000}</x>'.encode(),
    "outside entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "outside dtd": b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><x/>',
    "deep": b"<a>" * 100_000,
    "deep and closed": b"<a>" * 5_000 + b"</a>" * 5_000,
    "cut off": mspdi_file(task(1))[:200],
    "empty": b"",
    "nul": b"\x00" * 1000,
    "nul inside": mspdi_file(task(1, name="a\x00b")),
    "wrong encoding": '<?xml version="1.0" encoding="utf-8"?><Project>é</Project>'.encode("cp1252"),
    "unknown encoding": b'<?xml version="1.0" encoding="klingon"?><Project/>',
    "utf-7": b'<?xml version="1.0" encoding="utf-7"?><Project/>',
    "two roots": b"<Project/><Project/>",
    "text only": b"Dear sir",
}


@pytest.mark.parametrize("read", [mspdi.read, gan.read], ids=["mspdi", "gan"])
@pytest.mark.parametrize("name", BOMBS)
def test_hostile_xml_is_one_sentence_soon_and_small(name, read):
    tracemalloc.start()
    began = time.perf_counter()
    try:
        with pytest.raises(PlanError) as fault:
            read(BOMBS[name])
        took, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert is_sentence(str(fault.value))
    assert took < 3
    assert peak < 50_000_000


def test_a_file_beyond_the_limit_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr(xml_safety, "MAX_BYTES", 100)

    with pytest.raises(PlanError, match="larger than"):
        mspdi.read(mspdi_file(task(1)))


def test_a_huge_name_is_kept_or_refused_and_never_a_hang():
    data = mspdi_file(task(1, name="a" * 5_000_000))

    assert len(mspdi.read(data).plan.tasks) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8"])
def test_declared_encodings_are_honoured(encoding):
    text = mspdi_file(task(1, name="Brücke")).decode().replace("UTF-8", encoding)

    assert mspdi.read(text.encode(encoding)).plan.tasks[0].name == "Brücke"


@pytest.mark.parametrize(
    "fields",
    [
        {"StartDate": "0001-01-01T00:00:00"},
        {"StartDate": "9999-12-31T23:59:59"},
        {"StartDate": "2026-02-30T08:00:00", "CurrentDate": "2026-01-05T08:00:00"},
        {"MinutesPerDay": -5},
        {"MinutesPerDay": "1e308"},
        {"MinutesPerWeek": "NaN"},
        {"CriticalSlackLimit": "inf"},
        {"CalendarUID": 99},
    ],
)
def test_absurd_settings_are_repaired_or_refused(fields):
    result = outcome(mspdi.read, mspdi_file(task(1), **fields))

    if isinstance(result, str):
        assert is_sentence(result)
        return
    settings = result.plan.project
    assert 0 < settings.minutes_per_day <= 1440
    assert 0 < settings.minutes_per_week <= 10080
    assert 1900 <= settings.start.year <= 2200
    assert settings.calendar


@pytest.mark.parametrize("year", [1900, 2200])
def test_the_first_and_last_years_of_a_plan_are_read(year):
    start = f"{year}-01-05T08:00:00"

    assert mspdi.read(mspdi_file(task(1), StartDate=start)).plan.project.start.year == year


XER_ABSURDITIES = {
    "no tables": b"ERMHDR\t8.0\r\n",
    "nul bytes": b"ERMHDR\t8.0\r\n%T\tPROJECT\r\n%F\tproj_id\r\n%R\t\x00\r\n%E\r\n",
    "one long line": b"ERMHDR\t" + b"\t" * 2_000_000,
    "bad numbers": xer_file([activity(1, "A", hours="1e999", remain_drtn_hr_cnt="x")]),
    "negative": xer_file([activity(1, "A", hours=-8)]),
    "bad dates": xer_file([activity(1, "A", cstr_type="CS_MSO", cstr_date="31/12/2026")]),
    "deep calendar": xer_file([activity(1, "A")], CALENDAR=[calendar(data="(0||x()(" * 50_000)]),
    "zero hours a day": xer_file([activity(1, "A")], CALENDAR=[calendar() | {"day_hr_cnt": 0}]),
    "year 9999": xer_file(
        [activity(1, "A")], PROJECT=[project(plan_start_date="9999-01-01 00:00")]
    ),
    "wbs circle": xer_file(
        [activity(1, "A")],
        PROJWBS=[
            {"wbs_id": 1, "proj_id": 1, "parent_wbs_id": 2},
            {"wbs_id": 2, "proj_id": 1, "parent_wbs_id": 1},
        ],
    ),
}


@pytest.mark.parametrize("name", XER_ABSURDITIES)
def test_absurd_xer_is_a_plan_with_warnings_or_one_sentence(name):
    began = time.perf_counter()

    result = outcome(xer.read, XER_ABSURDITIES[name])

    assert time.perf_counter() - began < 3
    if isinstance(result, str):
        assert is_sentence(result)
    else:
        assert result.plan.tasks
        assert all(task.duration_minutes >= 0 for task in result.plan.tasks)


def test_a_circle_of_thousands_is_told_in_a_sentence():
    count = 4_000
    rows = "".join(
        task(number, name=f"Task {number}", links=[link((number - 2) % count + 1)])
        for number in range(1, count + 1)
    )

    said = outcome(read_plan, mspdi_file(rows))

    assert isinstance(said, str)
    assert is_sentence(said)
    assert "3988 more" in said


def test_endless_names_make_no_endless_sentences():
    name = "a" * 100_000
    doubled = mspdi_file(task(1, name=name) + task(1, name=name))
    dateless = mspdi_file(task(1, name=name, Manual=1))

    said = outcome(read_plan, doubled)
    report = read_plan(dateless).report

    assert isinstance(said, str)
    assert len(said) <= 600
    assert max(map(len, report.warnings)) <= 600
