"""The forecasts of all tasks as columns, made into objects when somebody asks for one.

A simulation of a thousand tasks takes a hundredth of a second; an object with
forty numbers for each task would take half as long again, and most who
simulate look at the project's finish, or at one task.
"""

from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Plan
from simulations.engine.results.forecast import TaskForecast

Column = tuple[NDArray[Any], NDArray[np.bool_] | None]


class TaskForecasts(Sequence[TaskForecast]):
    """The forecast of every task, in the order of the plan: plain Python numbers, on demand.

    Parameters
    ----------
    keys : list of str
    columns : sequence of (ndarray (tasks, ...), ndarray (tasks,) or None)
        The fields of :class:`TaskForecast` that follow the key, and for each which
        tasks have that figure at all; None: all of them.

    Examples
    --------
    >>> from simulations.engine.results.forecast import TaskForecast
    >>> dates = [(np.array([[1, 2]]), None), (np.array([[3, 4]]), None)]
    >>> shares = [(np.array([0.5]), None), (np.array([0.0]), np.array([False]))]
    >>> [one] = TaskForecasts(["A"], [*dates, *shares, *shares[:1] * 7])
    >>> one.key, one.finish_minutes, one.p_planned, one.p_target
    ('A', (3, 4), 0.5, None)
    """

    def __init__(self, keys: list[str], columns: Sequence[Column]) -> None:
        self._keys, self._columns = keys, columns
        self._made: tuple[TaskForecast, ...] | None = None

    @classmethod
    def in_order(cls, keys: list[str], columns: Sequence[Column], plan: Plan) -> "TaskForecasts":
        """Return the forecasts of these tasks in the order of their plan."""
        wanted = [task.key for task in plan.tasks]
        if keys == wanted:
            return cls(keys, columns)
        row_of = {key: row for row, key in enumerate(keys)}
        rows = np.array([row_of[key] for key in wanted if key in row_of], np.int64)
        ordered = [(values[rows], None if has is None else has[rows]) for values, has in columns]
        return cls([keys[row] for row in rows.tolist()], ordered)

    def _all(self) -> tuple[TaskForecast, ...]:
        if self._made is None:
            plain = (_plain(values, has) for values, has in self._columns)
            self._made = tuple(map(TaskForecast._make, zip(self._keys, *plain, strict=True)))
        return self._made

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[TaskForecast]:
        return iter(self._all())

    @overload
    def __getitem__(self, place: int) -> TaskForecast: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[TaskForecast]: ...

    def __getitem__(self, place: int | slice) -> TaskForecast | Sequence[TaskForecast]:
        return self._all()[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._all() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())


def _plain(values: NDArray[Any], has: NDArray[np.bool_] | None) -> list[Any]:
    """Return plain numbers, tuples of them for rows, and None where a task has none."""
    if values.ndim == 2:
        return list(map(tuple, values.tolist()))
    plain: list[Any] = values.tolist()
    if has is None:
        return plain
    return [one if is_there else None for one, is_there in zip(plain, has.tolist(), strict=True)]
