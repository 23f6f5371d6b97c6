"""Links of a plan as relationships of P6, which knows none of WBS nodes."""

from collections.abc import Container, Iterator, Mapping

from planning.core.plan import Dependency, LinkType, Plan, TaskKind
from planning.interchange.report import ReportBuilder
from planning.interchange.xer_tables import Record
from planning.interchange.xer_write_tasks import hours_text
from planning.interchange.xer_write_wbs import PROJECT_ID, node_keys

MAX_PAIRS = 200_000


def spans_of(plan: Plan) -> dict[str, str]:
    """Return the efforts that span one summary, by key: P6's WBS-summary activities."""
    links: dict[str, list[Dependency]] = {}
    for link in plan.dependencies:
        links.setdefault(link.successor, []).append(link)
        links.setdefault(link.predecessor, []).append(link)
    nodes = node_keys(plan)
    result: dict[str, str] = {}
    for task in plan.tasks:
        own = links.get(task.key, [])
        if task.kind is not TaskKind.EFFORT or len(own) != 2:
            continue
        sources = {link.predecessor for link in own}
        types = {link.type for link in own}
        source = sources.pop()
        is_span = not sources and types == {LinkType.SS, LinkType.FF} and source in nodes
        if is_span and plan.task(source).parent == task.parent:
            result[task.key] = source
    return result


def link_records(
    plan: Plan, numbers: Mapping[str, int], spans: Mapping[str, str], report: ReportBuilder
) -> list[Record]:
    """Return the rows of TASKPRED; a summary's link becomes one of each of its leaves."""
    leaves = _leaves(plan)
    seen: set[str] = set()
    records: list[Record] = []
    for link in plan.dependencies:
        if link.successor in spans:
            continue
        for pair in _pairs(link, leaves):
            if pair.key in seen or pair.predecessor == pair.successor:
                continue
            seen.add(pair.key)
            records.append(_record(len(records) + 1, pair, plan, numbers))
        if len(records) > MAX_PAIRS:
            report.drop("links")
            break
        _count_dropped(link, plan, leaves, report)
    return records


def _leaves(plan: Plan) -> dict[str, list[str]]:
    """Return the keys of the leaves under each node of the WBS."""
    result: dict[str, list[str]] = {key: [] for key in node_keys(plan)}
    for task in plan.tasks:
        parent = None if task.key in result else task.parent
        while parent is not None:
            result[parent].append(task.key)
            parent = plan.task(parent).parent
    return result


def _pairs(link: Dependency, leaves: Mapping[str, list[str]]) -> Iterator[Dependency]:
    for predecessor in leaves.get(link.predecessor, [link.predecessor]):
        for successor in leaves.get(link.successor, [link.successor]):
            yield Dependency(predecessor, successor, link.type, link.lag, link.lag_calendar)


def _record(number: int, link: Dependency, plan: Plan, numbers: Mapping[str, int]) -> Record:
    minutes = link.lag.minutes
    if link.lag.percent is not None:
        minutes = round(plan.task(link.predecessor).duration_minutes * link.lag.percent / 100)
    return {
        "task_pred_id": str(number),
        "task_id": str(numbers[link.successor]),
        "pred_task_id": str(numbers[link.predecessor]),
        "proj_id": PROJECT_ID,
        "pred_proj_id": PROJECT_ID,
        "pred_type": f"PR_{link.type}",
        "lag_hr_cnt": hours_text(minutes),
    }


def _count_dropped(
    link: Dependency, plan: Plan, nodes: Container[str], report: ReportBuilder
) -> None:
    dropped = {
        "lag_calendar": link.lag_calendar not in (None, plan.project.lag_calendar),
        "lag_percent": link.lag.percent is not None,
        "of_summaries": link.predecessor in nodes or link.successor in nodes,
    }
    for name, is_dropped in dropped.items():
        if is_dropped:
            report.drop(f"links.{name}")
