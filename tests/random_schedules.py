"""Random P6 and MS Project files, larger and nastier than a property test needs.

Left out is what MPXJ is known to do otherwise (docs/method.md): calendars that
work at midnight, constraints at midnight or that an SS link runs into, suspended
work, levels of effort without an end, resources.
"""

import random
from datetime import date, datetime, timedelta

from tests import mspdi_files as ms
from tests import xer_files as p6

START = datetime(2026, 1, 5, 8)
SERIAL_ZERO = date(1899, 12, 30)
DAYS = (("08:00", "12:00"), ("13:00", "17:00"))
LONG = (("07:00", "12:00"), ("12:30", "17:30"))
SHIFT = (("06:00", "18:00"),)
FRIDAY_OFF = ms.tags(WeekDay=ms.tags(DayType=6) + ms.hours(()))
UNASSIGNED = {"Manual", "ActualStart", "DurationFormat", "ConstraintType", "CalendarUID"}


def random_xer(seed: int, count: int = 40) -> bytes:
    """Return activities on three calendars, partly done, with links, lags and dates to meet.

    Some began after the data date, some have an expected finish, some are pinned or
    bounded; levels of effort span two activities, WBS summaries a part of the work.
    """
    dice = random.Random(seed)
    data_date = START + timedelta(days=dice.randrange(0, 60), hours=dice.choice([0, 2, 9]))
    if dice.random() < 0.3:
        data_date = data_date.replace(hour=0)
    rows, links = [], []
    for number in range(count):
        rows.append(_activity(dice, number, count, data_date))
        for before in dice.sample(range(number), min(number, dice.choice([0, 1, 1, 2, 3]))):
            kind = dice.choices(["FS", "SS", "FF"], [75, 15, 10])[0]
            lag = dice.choice([0, 0, 0, 0, 8, 40, 4, -8, 1.5, 100])
            links.append(p6.relation(100 + before, 100 + number, kind, lag))
    for number in range(3):
        first, last = sorted(dice.sample(range(count), 2))
        rows.append(_effort(dice, number))
        links += [_span(100 + first, 500 + number, "SS"), _span(100 + last, 500 + number, "FF")]
        rows.append(_effort(dice, number, task_type="TT_WBS", wbs_id=number + 2))
    must = START + timedelta(days=dice.randrange(20, 200), hours=9)
    project = p6.project(
        plan_start_date=_xer_moment(START),
        last_recalc_date=_xer_moment(data_date),
        plan_end_date=_xer_moment(must) if dice.random() < 0.4 else "",
    )
    options = {
        "proj_id": 1,
        "sched_float_type": dice.choice(["FT_FF", "FT_SS", "FT_MIN"]),
        "sched_calendar_on_relationship_lag": dice.choice(
            ["rcal_Predecessor", "rcal_Successor", "rcal_ProjDefault", "rcal_24Hour"]
        ),
        "sched_retained_logic": "Y",
        "sched_progress_override": "N",
        "sched_lag_early_start_flag": "Y",
        "sched_use_expect_end_flag": "Y",
    }
    calendars = [
        p6.calendar(1, "Five", p6.calendar_text(exceptions=_days_off(dice, 8))),
        p6.calendar(2, "Six", p6.calendar_text(range(2, 8), LONG, _days_off(dice, 12))),
        p6.calendar(3, "Shift", p6.calendar_text(range(1, 7), SHIFT, _days_off(dice, 20))),
    ]
    breakdown = [p6.node(1, "BR"), *(p6.node(key, f"W{key}", 1) for key in range(2, 5))]
    return p6.xer(
        rows,
        links,
        PROJECT=[project],
        SCHEDOPTIONS=[options],
        CALENDAR=calendars,
        PROJWBS=breakdown,
    )


def _activity(dice: random.Random, number: int, count: int, data_date: datetime) -> dict:
    kind = dice.choices(["TT_Task", "TT_Mile", "TT_FinMile"], [88, 5, 7])[0]
    hours = dice.choice([8, 16, 40, 80, 4, 10, 7.5, 0.5]) if kind == "TT_Task" else 0
    row = p6.activity(
        100 + number,
        f"A{number:03}",
        hours,
        task_type=kind,
        clndr_id=dice.choice([1, 1, 2, 3]),
        wbs_id=dice.choice([1, 2, 3, 4]),
    )
    days = (data_date - START).days
    if days < 1 or dice.random() > 0.9 - 1.6 * number / count:
        return row | (_wish(dice) if kind == "TT_Task" else {})
    begun = START + timedelta(days=dice.randrange(days), hours=dice.choice([0, 1, 5]))
    row |= {"act_start_date": _xer_moment(begun), "status_code": "TK_Active"}
    if kind != "TT_Task" or dice.random() < 0.6:
        ended = begun + timedelta(hours=4 if kind == "TT_Task" else 0)
        done = {"act_end_date": _xer_moment(min(ended, data_date)), "remain_drtn_hr_cnt": 0}
        return row | done | {"status_code": "TK_Complete"}
    if dice.random() < 0.2:
        late = data_date + timedelta(days=dice.randrange(1, 9))
        row["act_start_date"] = _xer_moment(late.replace(hour=8))
    if dice.random() < 0.1:
        expected = data_date + timedelta(days=dice.randrange(1, 60))
        row["expect_end_date"] = _xer_moment(expected.replace(hour=17))
    return row | {"remain_drtn_hr_cnt": dice.choice([hours, hours / 2, hours / 4, 8])}


def _wish(dice: random.Random) -> dict:
    """Return a constraint that MPXJ understands as P6 does, or none."""
    day = START + timedelta(days=dice.randrange(90))
    latest = {"cstr_type": "CS_MEOB", "cstr_date": _xer_moment(day.replace(hour=17))}
    pinned = {"cstr_type": "CS_MEO", "cstr_date": _xer_moment(day.replace(hour=17))}
    chosen = dice.choices([{}, latest, pinned], [85, 10, 5])[0]
    if chosen and dice.random() < 0.3:
        second = _xer_moment((day + timedelta(days=dice.randrange(20))).replace(hour=17))
        chosen = chosen | {"cstr_type2": "CS_MEOB", "cstr_date2": second}
    return chosen


def _effort(dice: random.Random, number: int, **fields: object) -> dict:
    key = (600 if fields else 500) + number
    kind = {"task_type": "TT_LOE", "clndr_id": dice.choice([1, 2, 3])}
    return p6.activity(key, f"{'S' if fields else 'L'}{number}", 8, **(kind | fields))


def _span(before: int, after: int, kind: str) -> dict:
    return p6.relation(before, after, kind)


def _days_off(dice: random.Random, count: int) -> list:
    days = {date(2026, 1, 1) + timedelta(days=dice.randrange(400)) for _ in range(count)}
    hours = [(), (("08:00", "12:00"),)]
    return [((day - SERIAL_ZERO).days, dice.choice(hours)) for day in sorted(days)]


def _xer_moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def random_mspdi(seed: int, count: int = 30) -> bytes:
    """Return tasks in an outline on three calendars, with links of summaries and constraints.

    Some are manual, elapsed, as late as possible or worked on by somebody who
    keeps Fridays off; lags may be elapsed or a share of the predecessor.
    """
    dice = random.Random(seed)
    levels = [1]
    for _ in range(count - 1):
        levels.append(min(dice.choice([1, 1, 2, 2, 3]), levels[-1] + 1))
    is_summary = [below > level for level, below in zip(levels, [*levels[1:], 1], strict=True)]
    rows, workers = [], []
    for place, level in enumerate(levels):
        links = _links(dice, place, levels, is_summary)
        fields = {} if is_summary[place] else _fields(dice, place, count)
        duration = fields.pop("Duration", "PT8H0M0S")
        summary = int(is_summary[place])
        is_plain = not summary and not UNASSIGNED & set(fields)
        workers += [(place + 1, duration)] if is_plain and duration != "PT0H0M0S" else []
        rows.append(
            ms.task(place + 1, duration, level=level, links=links, Summary=summary, **fields)
        )
    calendars = (
        ms.calendar(1, days=ms.week())
        + ms.calendar(2, "Six", days=ms.week(range(2, 8), _seconds(LONG)))
        + ms.calendar(3, "Mornings", days=ms.week(range(2, 8), (("09:00:00", "13:00:00"),)))
        + ms.calendar(4, "No Fridays", base=1, is_base=0, days=FRIDAY_OFF)
    )
    people = _people(dice, workers)
    return ms.mspdi("".join(rows), calendars, people, SaveVersion=14, HonorConstraints=1)


def _people(dice: random.Random, workers: list[tuple[int, str]]) -> str:
    """Return somebody who keeps Fridays off, on some of the tasks of those durations."""
    somebody = ms.tags(Resource=ms.tags(UID=1, ID=1, Name="Ann", Type=1, CalendarUID=4))
    assignments = "".join(
        ms.tags(
            Assignment=ms.tags(
                UID=task, TaskUID=task, ResourceUID=1, Units=1, Work=work, RegularWork=work,
                ActualWork="PT0H0M0S", RemainingWork=work,
            )
        )
        for task, work in workers
        if dice.random() < 0.2
    )  # fmt: skip
    return ms.tags(Resources=somebody) + ms.tags(Assignments=assignments)


def _links(dice: random.Random, place: int, levels: list[int], is_summary: list[bool]) -> list[str]:
    """Return links from earlier rows that neither stand above this one nor below its summary."""
    if is_summary[place] and dice.random() > 0.3:
        return []
    lines, lowest = set(), levels[place]
    for above in range(place - 1, -1, -1):
        if levels[above] < lowest:
            lines.add(above)
            lowest = levels[above]
    known = [one for one in range(place) if one not in lines]
    found = []
    for one in dice.sample(known, min(len(known), dice.choice([0, 1, 1, 2]))):
        kinds = [1, 1, 1, 0] if is_summary[one] else [1, 1, 1, 3, 0, 2]
        lag = dice.choice([0, 0, 0, 4800, 9600, -4800])
        unit = dice.choice([7, 7, 8]) if lag > 0 else 7
        if dice.random() < 0.1:
            lag, unit = dice.choice([50, 100]), 19
        found.append(ms.link(one + 1, dice.choice(kinds), lag, unit))
    return found


def _fields(dice: random.Random, place: int, count: int) -> dict:
    minutes = dice.choice([480, 960, 2400, 240, 60, 0, 1440])
    duration = f"PT{minutes // 60}H0M0S"
    fields = {"Duration": duration, "Milestone": int(minutes == 0), "RemainingDuration": duration}
    fields["ActualDuration"] = "PT0H0M0S"
    if dice.random() < 0.25:
        fields["CalendarUID"] = dice.choice([2, 3])
    day = START + timedelta(days=dice.randrange(60))
    if dice.random() < 0.15:
        kind = dice.choice([4, 4, 5, 6, 7, 2, 3])
        hour = 8 if kind in (2, 4, 5) else 17
        fields |= {"ConstraintType": kind, "ConstraintDate": day.replace(hour=hour).isoformat()}
    elif dice.random() < 0.1:
        fields["Deadline"] = day.replace(hour=17).isoformat()
    elif dice.random() < 0.05:
        fields["ConstraintType"] = 1
    elif dice.random() < 0.1:
        last = (day + timedelta(days=dice.randrange(5))).replace(hour=17).isoformat()
        dates = {"Start": day.isoformat(), "Finish": last}
        return fields | dates | {"Manual": 1, "ManualStart": day.isoformat(), "ManualFinish": last}
    elif minutes == 1440 and dice.random() < 0.5:
        fields["DurationFormat"] = 8
    if minutes and dice.random() < 0.3 * (1 - place / count):
        begun = (START + timedelta(days=dice.randrange(10))).isoformat()
        half = f"PT{minutes // 120}H{minutes // 2 % 60}M0S"
        fields |= {"ActualStart": begun, "Start": begun, "PercentComplete": 50}
        fields |= {"ActualDuration": half, "RemainingDuration": half}
    return fields


def _seconds(times: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((f"{start}:00", f"{finish}:00") for start, finish in times)
