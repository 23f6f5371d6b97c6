"""The work breakdown of a XER file as summaries."""

from dataclasses import dataclass

from planning.core.plan import Task, TaskKind
from planning.interchange.report import ReportBuilder
from planning.interchange.xer_settings import Projects
from planning.interchange.xer_tables import Record, XerFile, readable
from planning.interchange.xer_values import number_of

KEY = "wbs:"


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Summaries in table order, and the key of each by its internal id."""

    summaries: tuple[Task, ...]
    keys: dict[str, str]

    def parent_of(self, wbs_id: str) -> str | None:
        """Return the key of the summary above the summary of ``wbs_id``."""
        key = self.keys.get(wbs_id)
        return next((task.parent for task in self.summaries if task.key == key), None)


def read_breakdown(file: XerFile, projects: Projects, report: ReportBuilder) -> Breakdown:
    """Return the WBS of the projects that are read.

    A summary's key is ``wbs:`` and its path of short names. Nodes that hang
    in a circle come to the top, and are reported.
    """
    prefixes = projects.prefixes
    separators = {one["proj_id"]: one.get("name_sep_char") or "." for one in projects.read}
    nodes = {
        one["wbs_id"]: one
        for one in file.rows("PROJWBS")
        if one.get("wbs_id") and one.get("proj_id") in prefixes
    }
    children: dict[str | None, list[Record]] = {}
    for key, node in nodes.items():
        parent = node.get("parent_wbs_id")
        children.setdefault(parent if parent in nodes and parent != key else None, []).append(node)
    walk = _Walk(children, prefixes, separators, report)
    for node in _in_order(children.get(None, [])):
        walk.down(node)
    for key, node in nodes.items():
        if key not in walk.keys:
            report.warn(f"The WBS of “{_name(node)}” goes round in a circle; it comes to the top.")
            walk.down(node)
    return Breakdown(tuple(walk.summaries), walk.keys)


class _Walk:
    """Goes down the tree and collects summaries, without recursion."""

    def __init__(
        self,
        children: dict[str | None, list[Record]],
        prefixes: dict[str, str],
        separators: dict[str, str],
        report: ReportBuilder,
    ) -> None:
        self._children = children
        self._prefixes = prefixes
        self._separators = separators
        self._report = report
        self._used: set[str] = set()
        self.summaries: list[Task] = []
        self.keys: dict[str, str] = {}

    def down(self, root: Record) -> None:
        """Add ``root`` and everything under it."""
        stack: list[tuple[Record, str | None, str]] = [(root, None, "")]
        while stack:
            node, parent, above = stack.pop()
            if node["wbs_id"] in self.keys:
                continue
            path = above + (readable(node.get("wbs_short_name", "")) or node["wbs_id"])
            key = self._key(node, path)
            self.summaries.append(Task(key, _name(node), parent=parent, kind=TaskKind.SUMMARY))
            self.keys[node["wbs_id"]] = key
            below = path + self._separators[node["proj_id"]]
            nodes = _in_order(self._children.get(node["wbs_id"], []))
            stack.extend((child, key, below) for child in reversed(nodes))

    def _key(self, node: Record, path: str) -> str:
        key = f"{self._prefixes[node['proj_id']]}{KEY}{path}"
        if key in self._used:
            self._report.warn(f"Two WBS nodes have the path {path}; the second has its id added.")
            key = f"{key}#{node['wbs_id']}"
        self._used.add(key)
        return key


def _in_order(nodes: list[Record]) -> list[Record]:
    return sorted(nodes, key=lambda node: number_of(node, "seq_num") or 0.0)


def _name(node: Record) -> str:
    return (
        readable(node.get("wbs_name", ""))
        or readable(node.get("wbs_short_name", ""))
        or node["wbs_id"]
    )


def in_table_order(tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """Return summaries with what stands under them behind them, in the order given."""
    children: dict[str | None, list[Task]] = {}
    for task in tasks:
        children.setdefault(task.parent, []).append(task)
    ordered: list[Task] = []
    stack = list(reversed(children.get(None, [])))
    while stack:
        task = stack.pop()
        ordered.append(task)
        stack.extend(reversed(children.get(task.key, [])))
    return tuple(ordered)
