"""Small Primavera XER files, written for the tests that read them."""

DAY = (("08:00", "12:00"), ("13:00", "17:00"))
WORKING_DAYS = frozenset(range(2, 7))


def calendar_text(days=WORKING_DAYS, times=DAY, exceptions=(), space="") -> str:
    """Return clndr_data; 1 is Sunday, ``exceptions`` are pairs of a serial day and times."""
    week = "".join(
        f"{space}(0||{day}()({intervals(times if day in days else ())}))" for day in range(1, 8)
    )
    dated = "".join(
        f"{space}(0||{index}(d|{serial})({intervals(hours)}))"
        for index, (serial, hours) in enumerate(exceptions)
    )
    return f"(0||CalendarData()({space}(0||DaysOfWeek()({week})){space}(0||Exceptions()({dated}))))"


def intervals(times) -> str:
    """Return the working times of a day."""
    return "".join(f"(0||{index}(s|{a}|f|{b})())" for index, (a, b) in enumerate(times))


def calendar(key=1, name="Standard", data=None, base="", kind="CA_Base") -> dict[str, object]:
    """Return a row of CALENDAR."""
    return {
        "clndr_id": key,
        "default_flag": "N",
        "clndr_name": name,
        "base_clndr_id": base,
        "clndr_type": kind,
        "day_hr_cnt": 8,
        "week_hr_cnt": 40,
        "clndr_data": calendar_text() if data is None else data,
    }


def activity(number, code, hours=8, **fields) -> dict[str, object]:
    """Return a row of TASK."""
    return {
        "task_id": number,
        "proj_id": 1,
        "wbs_id": 1,
        "clndr_id": 1,
        "complete_pct_type": "CP_Drtn",
        "task_type": "TT_Task",
        "status_code": "TK_NotStart",
        "task_code": code,
        "task_name": f"Activity {code}",
        "target_drtn_hr_cnt": hours,
        "remain_drtn_hr_cnt": hours,
    } | fields


def relation(before, after, kind="FS", lag=0, **fields) -> dict[str, object]:
    """Return a row of TASKPRED."""
    return {
        "task_pred_id": f"{before}{after}",
        "task_id": after,
        "pred_task_id": before,
        "proj_id": 1,
        "pred_proj_id": 1,
        "pred_type": f"PR_{kind}",
        "lag_hr_cnt": lag,
    } | fields


def project(number=1, code="BR", **fields) -> dict[str, object]:
    """Return a row of PROJECT."""
    return {
        "proj_id": number,
        "proj_short_name": code,
        "clndr_id": 1,
        "name_sep_char": ".",
        "critical_drtn_hr_cnt": 0,
        "last_recalc_date": "2026-01-05 00:00",
        "plan_start_date": "2026-01-05 00:00",
        "plan_end_date": "",
    } | fields


def node(key, code, parent="", proj=1, **fields) -> dict[str, object]:
    """Return a row of PROJWBS."""
    return {
        "wbs_id": key,
        "proj_id": proj,
        "seq_num": key,
        "proj_node_flag": "N" if parent else "Y",
        "wbs_short_name": code,
        "wbs_name": f"Part {code}",
        "parent_wbs_id": parent,
    } | fields


def table(name, rows) -> str:
    """Return one table; its fields are those of all rows together."""
    fields = list(dict.fromkeys(field for row in rows for field in row))
    lines = [f"%T\t{name}", "\t".join(["%F", *fields])]
    lines += ["\t".join(["%R", *(str(row.get(field, "")) for field in fields)]) for row in rows]
    return "".join(f"{line}\r\n" for line in lines)


def xer(activities=(), relations=(), **tables) -> bytes:
    """Return a whole file; ``tables`` replace or add tables by name."""
    known = {
        "PROJECT": [project()],
        "CALENDAR": [calendar()],
        "SCHEDOPTIONS": [],
        "PROJWBS": [node(1, "BR")],
        "TASK": list(activities),
        "TASKPRED": list(relations),
    } | tables
    body = "".join(table(name, rows) for name, rows in known.items() if rows)
    return f"ERMHDR\t8.0\t2026-01-05\tProject\r\n{body}%E\r\n".encode()
