"""MPXJ, another public reader of planning files, asked what it reads in ours."""

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

SOURCE = """
import java.io.PrintStream;
import org.mpxj.*;
import org.mpxj.reader.UniversalProjectReader;
public class Show {
    static String text(Object value) {
        if (value == null) return "null";
        StringBuilder out = new StringBuilder("\\"");
        for (char one : value.toString().toCharArray())
            out.append(String.format("\\\\u%04x", (int) one));
        return out.append('"').toString();
    }
    static String minutes(Duration value, ProjectFile file) {
        if (value == null) return "null";
        TimeUnit unit = TimeUnit.MINUTES;
        return "" + Math.round(value.convertUnits(unit, file.getProjectProperties()).getDuration());
    }
    public static void main(String[] names) throws Exception {
        ProjectFile file = new UniversalProjectReader().read(names[0]);
        StringBuilder out = new StringBuilder("{\\"tasks\\":[");
        String comma = "";
        for (Task task : file.getTasks()) {
            out.append(comma).append("{\\"uid\\":").append(task.getUniqueID());
            out.append(",\\"code\\":").append(text(task.getActivityID()));
            out.append(",\\"name\\":").append(text(task.getName()));
            out.append(",\\"summary\\":").append(task.getSummary());
            out.append(",\\"duration\\":").append(minutes(task.getDuration(), file));
            out.append(",\\"calendar\\":");
            out.append(text(task.getCalendar() == null ? null : task.getCalendar().getName()));
            out.append(",\\"parent\\":");
            out.append(task.getParentTask() == null ? "null" : task.getParentTask().getUniqueID());
            out.append(",\\"links\\":[");
            String next = "";
            for (Relation link : task.getPredecessors()) {
                out.append(next).append("[").append(link.getPredecessorTask().getUniqueID());
                out.append(",").append(text(link.getType()));
                out.append(",").append(minutes(link.getLag(), file)).append("]");
                next = ",";
            }
            out.append("]}");
            comma = ",";
        }
        out.append("],\\"calendars\\":[");
        comma = "";
        for (ProjectCalendar calendar : file.getCalendars()) {
            out.append(comma).append("{\\"name\\":").append(text(calendar.getName()));
            out.append(",\\"exceptions\\":").append(calendar.getCalendarExceptions().size());
            out.append("}");
            comma = ",";
        }
        new PrintStream(System.out, true, "UTF-8").println(out.append("]}"));
    }
}
"""


def require_mpxj() -> str:
    """Return MPXJ's class path, or skip: it needs its package and a Java compiler."""
    found = importlib.util.find_spec("mpxj")
    if found is None or found.origin is None:
        pytest.skip("the package mpxj is not installed")
    if shutil.which("javac") is None or shutil.which("java") is None:
        pytest.skip("no Java compiler is found")
    return f"{Path(found.origin).parent / 'lib'}/*"


def read_by_mpxj(path: Path, folder: Path) -> dict[str, Any]:
    """Return the tasks, links and calendars that MPXJ finds in a file."""
    jars = require_mpxj()
    if not (folder / "Show.class").exists():
        (folder / "Show.java").write_text(SOURCE, "utf-8")
        subprocess.run(["javac", "-cp", jars, "Show.java"], cwd=folder, check=True)
    command = ["java", "-cp", f"{jars}:{folder}", "Show", str(path)]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    read: dict[str, Any] = json.loads(finished.stdout)
    return read
