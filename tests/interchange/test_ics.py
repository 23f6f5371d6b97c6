from datetime import date

import pytest

from planning.core.plan import CalendarException, PlanError
from planning.interchange import ics
from tests.outcomes import is_sentence, outcome
from tests.shared_data import shared_files


def event(*lines):
    return "\r\n".join(["BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT"])


def file(*events):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]).encode()


def days(*lines, first=date(2026, 1, 1), last=date(2028, 12, 31)):
    found = ics.holidays(file(event(*lines)), first=first, last=last)
    return [(one.first.isoformat(), one.last.isoformat()) for one in found]


def test_a_day_of_its_own_is_a_day_off():
    found = ics.holidays(file(event("DTSTART;VALUE=DATE:20261225", "SUMMARY:Christmas")))

    assert found == (CalendarException(date(2026, 12, 25), date(2026, 12, 25), ()),)


def test_the_end_of_an_event_is_not_part_of_it():
    assert days("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227") == [
        ("2026-12-24", "2026-12-26")
    ]


def test_neighbouring_days_are_one_exception():
    two = file(
        event("DTSTART;VALUE=DATE:20261225"), event("DTSTART;VALUE=DATE:20261226", "DURATION:P1D")
    )

    assert len(ics.holidays(two)) == 1


def test_an_event_of_hours_is_no_holiday_and_is_counted():
    hours = file(event("DTSTART:20261224T120000", "DTEND:20261224T180000"))

    result = ics.read_holidays(hours)

    assert result.exceptions == ()
    assert result.report.dropped == (("events.of_hours", 1),)


def test_midnight_to_midnight_is_a_whole_day():
    assert days("DTSTART:20261224T000000", "DTEND:20261226T000000") == [
        ("2026-12-24", "2026-12-25")
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=YEARLY", ["2026-05-01", "2027-05-01", "2028-05-01"]),
        ("FREQ=YEARLY;COUNT=2", ["2026-05-01", "2027-05-01"]),
        ("FREQ=MONTHLY;UNTIL=20260701", ["2026-05-01", "2026-06-01", "2026-07-01"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", ["2026-05-01"]),
    ],
)
def test_recurring_events_are_written_out_between_the_dates_asked_for(rule, expected):
    found = days("DTSTART;VALUE=DATE:20260501", f"RRULE:{rule}")

    assert [first for first, _ in found] == expected


def test_a_rule_by_the_second_is_left_out():
    assert days("DTSTART;VALUE=DATE:20260501", "RRULE:FREQ=SECONDLY") == [
        ("2026-05-01", "2026-05-01")
    ]


def test_excluded_and_added_days_count():
    found = days(
        "DTSTART;VALUE=DATE:20260501",
        "RRULE:FREQ=YEARLY",
        "EXDATE;VALUE=DATE:20270501",
        "RDATE;VALUE=DATE:20270610",
    )

    assert [first for first, _ in found] == ["2026-05-01", "2027-06-10", "2028-05-01"]


def test_cancelled_events_are_left_out():
    assert days("DTSTART;VALUE=DATE:20261225", "STATUS:CANCELLED") == []


@pytest.mark.parametrize("data", [b"", b"hello", b"\x00\xff", b"BEGIN:VCALENDAR\rX"])
def test_what_is_no_calendar_is_refused_in_a_sentence(data):
    with pytest.raises(PlanError, match="iCalendar"):
        ics.holidays(data)


@pytest.mark.parametrize("path", shared_files("ics/*.ics"), ids=lambda path: path.name)
def test_every_shared_file_gives_days_or_a_sentence(path):
    found = outcome(ics.holidays, path.read_bytes())

    if isinstance(found, str):
        assert is_sentence(found)
    else:
        assert all(one.first <= one.last for one in found)
