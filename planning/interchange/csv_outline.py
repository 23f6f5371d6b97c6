"""Who stands under whom in a table: by a column, by number or by level."""

from planning.core.durations import shorten
from planning.core.plan import PlanError

Numbered = tuple[int, dict[str, str]]


def at_row(row: int, field: str, message: str) -> PlanError:
    """Return a fault of one cell, its row as a spreadsheet counts."""
    return PlanError(message, path=f"row {row:,}{', ' if field else ''}{field}")


def parents_of(
    tasks: list[Numbered], keys: list[str], columns: set[str], faults: list[PlanError]
) -> list[str | None]:
    """Return each task's parent, from the best column that the table has.

    Parameters
    ----------
    tasks : list of (row, cells by column)
    keys : list of str
        The tasks' keys, in the same order.
    columns : set of str
        Which columns there are.
    faults : list of PlanError
        Takes the senseless levels.
    """
    if "parent" in columns:
        return [record.get("parent") for _, record in tasks]
    if "outline_number" in columns:
        return _by_number([record.get("outline_number", "") for _, record in tasks], keys)
    if "outline_level" in columns:
        return _by_level(tasks, keys, faults)
    return [None] * len(tasks)


def _by_number(numbers: list[str], keys: list[str]) -> list[str | None]:
    """Return parents by outline number: 1.2.1 stands under 1.2."""
    key_of = {number.rstrip("."): key for number, key in zip(numbers, keys, strict=True) if number}
    return [key_of.get(number.rstrip(".").rpartition(".")[0]) for number in numbers]


def _by_level(tasks: list[Numbered], keys: list[str], faults: list[PlanError]) -> list[str | None]:
    parents: list[str | None] = []
    above: list[tuple[int, str]] = []
    for (row, record), key in zip(tasks, keys, strict=True):
        level = _level(row, record, faults)
        while above and above[-1][0] >= level:
            above.pop()
        parents.append(above[-1][1] if above else None)
        above.append((level, key))
    return parents


def _level(row: int, record: dict[str, str], faults: list[PlanError]) -> int:
    text = record.get("outline_level", "1")
    if text.isdecimal() and len(text) <= 4:
        return int(text)
    faults.append(at_row(row, "outline_level", f"“{shorten(text)}” is no level"))
    return 1
