"""The summaries of a plan as the work breakdown of P6."""

from collections.abc import Container
from dataclasses import dataclass

from planning.core.plan import Plan, Task, TaskKind
from planning.interchange.export import fit
from planning.interchange.xer_tables import Record
from planning.interchange.xer_wbs import KEY

PROJECT_ID = "1"
SEPARATOR = "."
CODE_LENGTH = 20


@dataclass(frozen=True, slots=True)
class WrittenBreakdown:
    """Rows of PROJWBS, the number of each summary's, and the project's code."""

    records: list[Record]
    numbers: dict[str, str]
    code: str

    def above(self, task: Task) -> str:
        """Return the number of the node under which a task stands."""
        return self.numbers[task.parent] if task.parent is not None else self.records[0]["wbs_id"]


def write_breakdown(plan: Plan, spans: Container[str] = ()) -> WrittenBreakdown:
    """Return the WBS; its root is the project, which a plan may lack.

    A plan that came from P6 has its root already: the only summary at the top,
    perhaps beside an effort of ``spans`` that spans it.
    """
    nodes = node_keys(plan)
    summaries = [task for task in plan.tasks if task.key in nodes]
    root = _root(plan, summaries, spans)
    code = _path(root.key) if root else fit(plan.project.name, "Project")[:CODE_LENGTH].strip()
    records = [_record("1", None, code, fit(plan.project.name), 0)]
    numbers = {root.key: "1"} if root else {}
    for task in summaries:
        if task is root:
            continue
        number = str(len(records) + 1)
        numbers[task.key] = number
        above = numbers[task.parent] if task.parent is not None else "1"
        records.append(_record(number, above, _short_name(task), fit(task.name), len(records)))
    return WrittenBreakdown(records, numbers, code)


def node_keys(plan: Plan) -> frozenset[str]:
    """Return the keys of the tasks that are nodes of the WBS."""
    summaries = {task.key for task in plan.tasks if task.kind is TaskKind.SUMMARY}
    return plan.parents() | summaries


def _root(plan: Plan, summaries: list[Task], spans: Container[str]) -> Task | None:
    top = [task for task in plan.tasks if task.parent is None and task.key not in spans]
    if len(top) == 1 and top[0] in summaries and top[0].key.startswith(KEY):
        return top[0]
    return None


def _path(key: str) -> str:
    """Return the path of a summary's key, or the key itself where it is none."""
    before, mark, path = key.partition(KEY)
    return fit(path) if mark and (not before or before.endswith(":")) and path else fit(key)


def _short_name(task: Task) -> str:
    path = _path(task.key)
    above = _path(task.parent) + SEPARATOR if task.parent is not None else ""
    return path[len(above) :] if above and path.startswith(above) and path != above else path


def _record(number: str, parent: str | None, code: str, name: str, position: int) -> Record:
    return {
        "wbs_id": number,
        "proj_id": PROJECT_ID,
        "seq_num": str(position),
        "est_wt": "1",
        "proj_node_flag": "N" if parent else "Y",
        "sum_data_flag": "N",
        "status_code": "WS_Open",
        "wbs_short_name": code,
        "wbs_name": name or code,
        "parent_wbs_id": parent or "",
    }
