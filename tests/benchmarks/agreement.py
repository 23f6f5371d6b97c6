"""How far dates agree with the tools that files came from: ``make bench-dates``.

Every schedule of the shared data, its stored results blanked, field by field; and
random and changed files beside MPXJ's schedulers, where a Java compiler is found.
Writes docs/agreement.md.
"""

import argparse
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planning.core.plan import PlanError
from planning.core.schedule import schedule
from planning.interchange.reading import read_plan
from tests.blanked import blank
from tests.changed_schedules import CHANGES
from tests.mpxj_schedules import Reckoner, differing
from tests.oracles import DATES, FINISHED_FIELDS, Oracle, differences, read_oracle
from tests.random_schedules import random_mspdi, random_xer
from tests.shared_data import require_shared_data, shared_files

PAGE = Path(__file__).resolve().parents[2] / "docs" / "agreement.md"
FIELDS = (*DATES, "total_float", "critical", "free_float", "longest_path")
EVERY = "every date, float and critical"
# What the tools' own CPM decides; the two others are measured and not asked for.
ASKED = FIELDS[:-2]
BEGINNING = """\
# Agreement of dates

`make bench-dates` writes this page. What the tools computed is blanked before a file is read; dates
are compared in working time, floats to the minute; of finished tasks only start and finish count.
Free float and longest path are measured beside what is asked for.
"""
BESIDE = """\
## Beside MPXJ

Files that no rule was fitted to: random ones (`tests/random_schedules.py`), and real ones at other
data dates, with rows lost, other calendars, link types and lags (`tests/changed_schedules.py`).
What MPXJ is known to do otherwise stands in [method](method.md).
"""


@dataclass(slots=True)
class Count:
    """Of how many tasks a field is stored, and of how many it is the same."""

    stored: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, *, is_same: bool) -> None:
        """Count one field of one task."""
        self.stored[name] += 1
        self.same[name] += is_same

    def merge(self, other: "Count") -> None:
        """Count what another has counted too."""
        self.stored += other.stored
        self.same += Counter({name: n for name, n in other.same.items() if n})

    def share(self, name: str) -> str:
        """Return the share in per cent, or a dash where nothing is stored."""
        if not self.stored[name]:
            return "–"
        same, stored = self.same[name], self.stored[name]
        return "100" if same == stored else f"{100 * same / stored:.1f}"


def stored_fields(oracle: Oracle, task: dict[str, Any], ours: Any) -> Iterator[tuple[str, bool]]:
    """Yield each field that the tool stored of one task, and whether ours is the same."""
    wrong = differences(oracle, task, ours)
    is_finished = task["actual_finish"] is not None
    for name in FINISHED_FIELDS if is_finished else DATES:
        if task[name] is not None:
            yield name, name not in wrong
    if is_finished or task["total_slack_min"] is None:
        return
    yield "total_float", "total_float" not in wrong
    yield "critical", "critical" not in wrong
    free = task["free_slack_min"]
    if free is not None and ours.free_float_minutes is not None:
        yield "free_float", abs(free - ours.free_float_minutes) <= 1
    if oracle.is_p6 and task["longest_path"] is not None:
        yield "longest_path", task["longest_path"] == ours.on_longest_path


def counts_of(path: Path) -> tuple[Count, Count, int]:
    """Return what agrees on all tasks of one file, on the undisputed, and how many are disputed."""
    oracle = read_oracle(path)
    found = schedule(read_plan(blank(path.read_bytes())).plan)
    every, undisputed = Count(), Count()
    for task in oracle.leaves:
        ours = found.task(oracle.key_of(task))
        told = dict(stored_fields(oracle, task, ours))
        told[EVERY] = all(is_same for name, is_same in told.items() if name in ASKED)
        for count in (every, undisputed)[: 1 if str(task["uid"]) in oracle.disputed else 2]:
            for name, is_same in told.items():
                count.add(name, is_same=is_same)
    disputed = sum(str(task["uid"]) in oracle.disputed for task in oracle.leaves)
    return every, undisputed, disputed


def table(rows: list[tuple[str, int, Count]], name: str) -> Iterator[str]:
    """Yield a table of shares."""
    heads = [one.replace("_", " ") for one in (*FIELDS, EVERY)]
    yield f"| {name} | tasks | " + " | ".join(heads) + " |"
    yield "|---|---:|" + "---:|" * len(heads)
    for label, tasks, count in rows:
        shares = " | ".join(count.share(one) for one in (*FIELDS, EVERY))
        yield f"| {label} | {tasks:,} | {shares} |"


def of_the_tools() -> Iterator[str]:
    """Yield the two tables of the shared schedules."""
    paths = shared_files("schedules/*.x*")
    both: tuple[list[tuple[str, int, Count]], ...] = ([], [])
    totals = (Count(), Count())
    for path in paths:
        every, undisputed, disputed = counts_of(path)
        tasks = every.stored[EVERY]
        for rows, total, count, number in zip(
            both, totals, (undisputed, every), (tasks - disputed, tasks), strict=True
        ):
            rows.append((path.name, number, count))
            total.merge(count)
    for rows, total in zip(both, totals, strict=True):
        rows.append(("**all**", sum(number for _, number, _ in rows), total))
    yield "Per cent of the tasks on which the tool and MPXJ agree (the others are disputed):"
    yield ""
    yield from table(both[0], "file")
    yield ""
    yield "Per cent of all tasks, disputed ones too:"
    yield ""
    yield from table(both[1], "file")


def beside_mpxj(seeds: int) -> Iterator[str]:
    """Yield how many tasks of files that nobody has scheduled before get MPXJ's dates."""
    if shutil.which("javac") is None:
        yield "MPXJ was not asked: no Java compiler is here."
        return
    yield "| files | tasks | equal in every date and float | differing | not read by MPXJ |"
    yield "|---|---:|---:|---:|---:|"
    with tempfile.TemporaryDirectory() as folder, Reckoner(Path(folder)) as mpxj:
        for label, suffix, files in _families(seeds):
            tasks = differ = unread = 0
            for data in files:
                stored = mpxj.dates(data, suffix)
                try:
                    plan = read_plan(data).plan
                except PlanError:
                    continue
                if stored is None:
                    unread += 1
                    continue
                kept = [one for one in stored if plan.has_task(one["key"])]
                tasks += len(kept)
                differ += len({key for key, _ in differing(plan, kept)})
            equal = f"{100 * (tasks - differ) / tasks:.2f} %" if tasks else "–"
            yield f"| {label} | {tasks:,} | {equal} | {differ} | {unread} |"


def _families(seeds: int) -> Iterator[tuple[str, str, Iterator[bytes]]]:
    yield "random XER", ".xer", (random_xer(seed) for seed in range(1000, 1000 + seeds))
    yield (
        "random MS Project XML",
        ".xml",
        (random_mspdi(seed) for seed in range(1000, 1000 + seeds)),
    )
    for path in shared_files("schedules/*.x*"):
        data, change = path.read_bytes(), CHANGES[path.suffix]
        made = (change(data, random.Random(seed)) for seed in range(100, 100 + seeds // 10))
        yield f"{path.name}, changed", path.suffix, made


def page(seeds: int) -> Iterator[str]:
    """Yield the lines of the page."""
    yield BEGINNING
    yield from of_the_tools()
    yield ""
    yield BESIDE
    yield from beside_mpxj(seeds)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200, help="random files of each family")
    parser.add_argument("--quick", action="store_true", help="only look, write nothing")
    given = parser.parse_args()
    require_shared_data()
    text = "\n".join(page(given.files)) + "\n"
    print(text)
    if not given.quick:
        PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
