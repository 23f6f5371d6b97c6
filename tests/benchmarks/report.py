"""Findings to docs/benchmarks.md and a chart: figures, goals, and which are missed."""

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.chart import bars
from tests.benchmarks.measuring import (
    CALENDARS_CORE,
    CALENDARS_FULL,
    CORE,
    FULL,
    KERNEL,
    NOISE,
    NUMPY,
    C,
    Row,
    Workers,
)
from tests.benchmarks.rivals import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
CHART = ROOT / "docs" / "images" / "engine-speed.svg"
PM, TRUE = "pmcontrols", "trueppm-scheduler"
COLUMNS = (CORE, FULL, KERNEL, C, NOISE, NUMPY, PM, TRUE)
MCPROJSIM_NS = 9_400


@dataclass(frozen=True, slots=True)
class Findings:
    """All that one run measured."""

    rows: list[Row]
    calendars: Row
    workers: Workers
    small_ms: dict[str, float]
    memory: dict[int, tuple[int, int]]
    objects_seconds: float

    def row(self, tasks: int, law: str) -> Row:
        """Return the row of one network."""
        return next(row for row in self.rows if (row.tasks, row.law) == (tasks, law))


@dataclass(frozen=True, slots=True)
class Goal:
    """What was to be reached, and what was."""

    name: str
    wanted: str
    found: str
    is_met: bool | None

    @property
    def verdict(self) -> str:
        """Return whether it was."""
        return "not measured" if self.is_met is None else ("yes" if self.is_met else "**no**")


def line(row: Row) -> str:
    """Return a row for a terminal."""
    return "  ".join(f"{name} {row.ns[name]:.2f}" for name in COLUMNS if name in row.ns)


def at_most(name: str, value: float | None, limit: float, unit: str) -> Goal:
    """Return a goal that is met from above."""
    found = "–" if value is None else f"{value:.2f}{unit}"
    return Goal(name, f"≤ {limit:g}{unit}", found, None if value is None else value <= limit)


def at_least(name: str, value: float | None, limit: float, unit: str) -> Goal:
    """Return a goal that is met from below."""
    found = "–" if value is None else f"{value:,.2f}{unit}"
    return Goal(name, f"≥ {limit:,g}{unit}", found, None if value is None else value >= limit)


def goals(found: Findings) -> Iterator[Goal]:
    """Yield the goals of the engine's speed."""
    thousand = found.row(1_000, "pert")
    for tasks in (25, 120, 1_000):
        row = found.row(tasks, "pert")
        yield at_most(f"Core output, {tasks:,} PERT tasks", row.ns[CORE], 3, " ns")
    yield at_most("Core output, 10,000 PERT tasks", found.row(10_000, "pert").ns[CORE], 4.5, " ns")
    yield at_most(
        "Core output beside NumPy's float32 noise, 1,000 PERT tasks",
        thousand.ratio(CORE, NOISE), 1.5, " ×",
    )  # fmt: skip
    triangles = found.row(1_000, "triangular")
    yield at_least("C's time as a share of core output's, 1,000 triangles",
                   _percent(triangles.ratio(C, CORE)), 85, " %")  # fmt: skip
    yield at_least("C's time as a share of the kernel's alone, 1,000 triangles",
                   _percent(triangles.ratio(C, KERNEL)), 85, " %")  # fmt: skip
    yield at_least("pmcontrols over core output", thousand.ratio(PM, CORE), 20, " ×")
    yield at_least("trueppm-scheduler over core output", thousand.ratio(TRUE, CORE), 25, " ×")
    yield at_least("mcprojsim over core output (its figure measured elsewhere)",
                   MCPROJSIM_NS / thousand.ns[CORE], 2_000, " ×")  # fmt: skip
    yield at_most("Full output over core output, 1,000 PERT tasks",
                  thousand.ratio(FULL, CORE), 3, " ×")  # fmt: skip
    calendars = found.calendars
    yield at_most("Several calendars, constraints and progress over one calendar, core",
                  calendars.ratio(CALENDARS_CORE, CORE), 4, " ×")  # fmt: skip
    yield at_most("The same, full", calendars.ratio(CALENDARS_FULL, FULL), 4, " ×")
    yield at_least(
        "Two workers over one (wall time, median of pairs)", found.workers.gain, 1.8, " ×"
    )
    yield at_most("200 tasks × 2,000 iterations, full", found.small_ms["full"], 10, " ms")
    added = max(after - before for before, after in found.memory.values())
    yield at_most("Memory that a simulation of 10,000 tasks adds", added, 300, " MB")


def _percent(ratio: float | None) -> float | None:
    return None if ratio is None else 100 * ratio


def write(found: Findings) -> str:
    """Write the page and its chart; return the page."""
    text = page(found)
    PAGE.write_text(text)
    CHART.parent.mkdir(exist_ok=True)
    row = found.row(1_000, "pert")
    shown = {name: row.ns[name] for name in COLUMNS if name in row.ns}
    CHART.write_text(bars(shown, "CPU nanoseconds per task and iteration, 1,000 PERT tasks"))
    return text


def page(found: Findings) -> str:
    """Return docs/benchmarks.md."""
    shown = [name for name in COLUMNS if any(name in row.ns for row in found.rows)]
    head = "| network | " + " | ".join(shown) + " |"
    table = [head, "|---|" + "---:|" * len(shown)]
    for row in found.rows:
        cells = (f"{row.ns[name]:.2f}" if name in row.ns else "–" for name in shown)
        table.append(f"| {row.name} | " + " | ".join(cells) + " |")
    wanted = ["| goal | wanted | found | met |", "|---|---:|---:|---|"]
    wanted += [f"| {g.name} | {g.wanted} | {g.found} | {g.verdict} |" for g in goals(found)]
    memory = "; ".join(
        f"{count:,} iterations: {before} MB with the plan read, {after} MB at the peak"
        for count, (before, after) in found.memory.items()
    )
    return (
        Path(__file__)
        .with_name("page.md")
        .read_text()
        .format(
            date=date.today().isoformat(),  # noqa: DTZ011 - a day in a document
            machine=machine(),
            versions=", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "scipy")),
            table="\n".join(table),
            goals="\n".join(wanted),
            verdict=_verdict(found),
            calendars=line_of(found.calendars),
            walls=_both(found.workers.wall),
            cpu=_both(found.workers.cpu),
            pairs=len(found.workers.ratios),
            small=f"{found.small_ms['core']:.1f} ms core, {found.small_ms['full']:.1f} ms full",
            memory=memory,
            objects=f"{1000 * found.objects_seconds:.1f} ms of 1,000 tasks",
            load=f"{os.getloadavg()[1]:.1f}",
        )
    )


def _verdict(found: Findings) -> str:
    """Return what is not reached, and how core output's time is spent."""
    missed = [goal.name for goal in goals(found) if goal.is_met is False]
    row = found.row(1_000, "pert")
    share = _percent(row.ratio(KERNEL, CORE))
    spent = (
        f"Of core output for 1,000 PERT tasks {share:.0f} % is the kernel; the rest reads the\n"
        "plan, makes its tables, finds where its dates will lie and reads the forecast off the\n"
        "histograms. That grows with tasks, not with iterations; the C program does none of it."
    )
    if not missed:
        return f"All goals are reached. {spent}"
    return "Not reached: " + "; ".join(missed) + f".\n\n{spent}"


def _both(seconds: dict[int, float]) -> str:
    return f"{seconds[1]:.2f} s and {seconds[2]:.2f} s"


def line_of(row: Row) -> str:
    """Return every figure of a row in a sentence."""
    return "; ".join(f"{name} {value:.2f} ns" for name, value in row.ns.items())


def machine() -> str:
    """Return the kind of processor: its maker, family and widest vectors, and no name of a host."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.machine()
    facts = dict(
        (part.strip() for part in row.split(":", 1)) for row in text.splitlines() if ":" in row
    )
    wide = "AVX-512" if "avx512f" in facts.get("flags", "") else "AVX2"
    maker, family = facts.get("vendor_id", "?"), facts.get("cpu family", "?")
    return f"{maker}, family {family}, {wide}, {os.cpu_count()} cores"
