"""MPXJ's own schedulers, asked for the dates of a file: one Java process for many files."""

import json
import subprocess
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from planning.core.calendars import WorkingTime, calendars_of
from planning.core.instants import to_minutes
from planning.core.plan import Plan
from planning.core.schedule import schedule
from tests.mpxj import require_mpxj

SHOWN = ("start", "finish")
ALL = (*SHOWN, "early_start", "early_finish", "late_start", "late_finish")

SOURCE = """
import java.io.*;
import java.nio.file.*;
import java.time.LocalDateTime;
import org.mpxj.*;
import org.mpxj.cpm.*;
import org.mpxj.reader.UniversalProjectReader;
public class Reckon {
    static String text(Object value) { return value == null ? "null" : "\\"" + value + "\\""; }
    static Duration hours(double value) { return Duration.getInstance(value, TimeUnit.HOURS); }
    static void complete(Task task, ProjectFile file) {
        ProjectProperties options = file.getProjectProperties();
        LocalDateTime start = task.getActualStart(), until = task.getActualFinish();
        if (until == null) until = options.getStatusDate();
        boolean begun = start != null && until != null && start.isBefore(until);
        if (task.getActualDuration() == null)
            task.setActualDuration(begun
                ? task.getEffectiveCalendar().getWork(start, until, TimeUnit.HOURS) : hours(0));
        if (task.getRemainingDuration() == null) task.setRemainingDuration(task.getDuration());
        if (start != null && task.getActualFinish() == null && options.getFileType().equals("XER"))
            task.setDuration(hours(
                task.getActualDuration().convertUnits(TimeUnit.HOURS, options).getDuration()
                + task.getRemainingDuration().convertUnits(TimeUnit.HOURS, options).getDuration()));
        if (task.getDuration() == null) task.setDuration(task.getActualDuration());
    }
    static String slack(Task task) {
        for (TaskField one : new TaskField[] {
                TaskField.TOTAL_SLACK, TaskField.START_SLACK, TaskField.FINISH_SLACK })
            task.set(one, null);
        Duration found = task.getTotalSlack();
        return found == null ? "null" : "" + Math.round(
            found.convertUnits(TimeUnit.MINUTES, task.getEffectiveCalendar()).getDuration());
    }
    static String reckon(String name) throws Exception {
        ProjectFile file = new UniversalProjectReader().read(name);
        ProjectProperties options = file.getProjectProperties();
        boolean xer = name.endsWith(".xer");
        for (Task task : file.getTasks()) if (!task.getSummary()) complete(task, file);
        Scheduler scheduler = xer ? new PrimaveraScheduler() : new MicrosoftScheduler();
        scheduler.schedule(file, xer ? options.getPlannedStart() : options.getStartDate());
        StringBuilder out = new StringBuilder("[");
        for (Task task : file.getTasks()) {
            if (task.getSummary()) continue;
            out.append(out.length() > 1 ? "," : "").append("{\\"key\\":")
                .append(text(xer ? task.getActivityID() : task.getUniqueID()))
                .append(",\\"start\\":").append(text(task.getStart()))
                .append(",\\"finish\\":").append(text(task.getFinish()))
                .append(",\\"early_start\\":").append(text(task.getEarlyStart()))
                .append(",\\"early_finish\\":").append(text(task.getEarlyFinish()))
                .append(",\\"late_start\\":").append(text(task.getLateStart()))
                .append(",\\"late_finish\\":").append(text(task.getLateFinish()))
                .append(",\\"total_float\\":").append(slack(task))
                .append(",\\"finished\\":").append(task.getActualFinish() != null).append("}");
        }
        return out.append("]").toString();
    }
    public static void main(String[] names) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String name = lines.readLine(); name != null; name = lines.readLine()) {
            String found;
            try { found = reckon(name); } catch (Exception fault) { found = "null"; }
            System.out.println(found);
            System.out.flush();
        }
    }
}
"""


class Reckoner:
    """A running MPXJ; use it with ``with``."""

    def __init__(self, folder: Path) -> None:
        jars = require_mpxj()
        (folder / "Reckon.java").write_text(SOURCE, "utf-8")
        subprocess.run(["javac", "-cp", jars, "Reckon.java"], cwd=folder, check=True)
        self._folder = folder
        self._process = subprocess.Popen(
            ["java", "-Xmx512m", "-cp", f"{jars}:{folder}", "Reckon"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> "Reckoner":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def dates(self, data: bytes, suffix: str) -> list[dict[str, Any]] | None:
        """Return the dates of every task of a file, or None where MPXJ gives up."""
        path = self._folder / f"plan{suffix}"
        path.write_bytes(data)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        found: list[dict[str, Any]] | None = json.loads(self._process.stdout.readline())
        return found


def differing(plan: Plan, stored: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the tasks, and their dates or floats, in which the plan's schedule differs."""
    found, calendars = schedule(plan), calendars_of(plan.calendars)
    wrong = []
    for task in stored:
        ours = found.task(task["key"])
        time = calendars[plan.task(task["key"]).calendar or plan.project.calendar]
        names = SHOWN if task["finished"] else ALL
        # Of work that began after the data date MPXJ may show a finish before the start.
        begun_later = task["start"] is not None and task["finish"] < task["start"]
        wrong += [
            (task["key"], name)
            for name in names
            if not (begun_later and name == "finish")
            and not _is_same(task[name], getattr(ours, name), time)
        ]
        floats = (task["total_float"], ours.total_float_minutes)
        if not task["finished"] and None not in floats and abs(floats[0] - floats[1]) > 1:
            wrong.append((task["key"], "total_float"))
    return wrong


def _is_same(stored: str | None, ours: datetime | None, time: WorkingTime) -> bool:
    if stored is None or ours is None:
        return stored is None
    theirs = to_minutes(datetime.fromisoformat(stored).replace(second=0))
    return time.work_between(theirs, to_minutes(ours)) == 0
