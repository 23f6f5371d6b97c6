"""The site's figures as a page: what was measured, beside its goal and the floor of its run."""

import os
import platform
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks-site.md"
GOALS = {
    "page: workbench": (40, 15),
    "partial: rows": (12, 10),
    "preview: a drag that moves all": (60, 12),
    "page: history": (40, 15),
    "API: list of 50": (20, 12),
    "write: edit of the last task": (15, 12),
}
"""CPU milliseconds and queries that each shall take at most; a write's without its scheduling."""

FLOOR = "partial: shape of a range"
"""Signs the person in, reads the plan's row and renders a few words."""

_HEAD = """# How fast the site answers

`make bench-site` writes this page. A request's CPU time is the least of a few, in the process
that answers; the last column sets it beside the partial that draws the shape of a range: it signs
the person in, reads one row and renders a few words. Seconds differ from machine to machine, and
by what else runs on it. Queries are all statements but those that begin and end transactions; a
write's include those that ask for its live forecast. Paint,
sizes and long tasks are headless Chromium's on the same machine. The plan is one chain through all
its tasks, so that either edit and the drag change dates or floats of every row.
"""


@dataclass
class SiteReport:
    """Figures by request and number of tasks, and lines about the browser."""

    requests: dict[str, dict[int, tuple[float, int, float]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    browser: list[tuple[int, int, float, float, float]] = field(default_factory=list)

    def write(self, sizes: tuple[int, ...]) -> None:
        """Write the page, where every size was measured."""
        if set(self.requests[FLOOR]) >= set(sizes) and len(self.browser) >= len(sizes):
            PAGE.write_text("\n".join([_HEAD, self._where(), "", *self._tables(sizes)]) + "\n")

    def _where(self) -> str:
        load = os.getloadavg()[0]
        return (
            f"Measured on {datetime.now(UTC):%-d %B %Y}, Python {platform.python_version()},"
            f" {os.cpu_count()} cores, load average {load:.1f} at the end."
        )

    def _tables(self, sizes: tuple[int, ...]) -> list[str]:
        heads = " | ".join(f"{size:,} tasks" for size in sizes)
        lines = [
            f"| request: CPU ms (queries) | {heads} | goal | × floor at {sizes[-1]:,} |",
            "|---" * (len(sizes) + 3) + "|",
        ]
        for name, found in self.requests.items():
            cells = " | ".join(f"{found[size][0]:.0f} ({found[size][1]})" for size in sizes)
            goal = "{} ({})".format(*GOALS[name]) if name in GOALS else ""
            ratio = found[sizes[-1]][0] / self.requests[FLOOR][sizes[-1]][0]
            lines.append(f"| {name} | {cells} | {goal} | {ratio:.1f} |")
        lines += [
            "",
            "| in the browser | first paint, ms | HTML, kB | longest task, ms | while scrolling |",
            "|---|---|---|---|---|",
            *(
                f"| {count:,} tasks | {paint} | {size:.0f} | {load:.0f} | {scroll:.0f} |"
                for count, paint, size, load, scroll in sorted(self.browser)
            ),
            "| goal | 1000 | 300 | | 50 |",
        ]
        return lines
