"""The dates of a plain, slow simulation, from docs/method.md: nothing of the engine is used.

One forward and one backward pass over dictionaries, by Lineo's rules, for plans of work
that has not started (links, lags, calendars, dated constraints, deadlines, must finish by).
"""

import math
from dataclasses import dataclass

import numpy as np

from planning.core.plan import (
    Constraint,
    ConstraintType,
    Dependency,
    LagCalendar,
    LinkType,
    Plan,
    Task,
    TaskKind,
)
from tests.engine.reference_time import CLOCK, WorkingTime, minute, working_time


@dataclass(frozen=True)
class Dates:
    """One iteration's dates in minutes since ORIGIN, and the floats of the leaves."""

    start: dict[str, int]
    finish: dict[str, int]
    total_float: dict[str, int]
    project_finish: int


class Pass:
    """Schedules one plan again and again with other durations."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tasks = {task.key: task for task in plan.leaves()}
        self.into: dict[str, list[Dependency]] = {key: [] for key in self.tasks}
        self.out_of: dict[str, list[Dependency]] = {key: [] for key in self.tasks}
        for link in plan.dependencies:
            self.into[link.successor].append(link)
            self.out_of[link.predecessor].append(link)
        self.project_time = working_time(plan.calendars, plan.project.calendar)
        self.times = {
            key: working_time(plan.calendars, one.calendar) if one.calendar else self.project_time
            for key, one in self.tasks.items()
        }
        self.base = minute(max(plan.project.start, plan.project.data_date or plan.project.start))
        self.order = self._order()

    def _order(self) -> list[str]:
        done: list[str] = []
        while len(done) < len(self.tasks):
            done += [
                key
                for key in self.tasks
                if key not in done and all(one.predecessor in done for one in self.into[key])
            ]
        return done

    def time(self, key: str) -> WorkingTime:
        return self.times[key]

    def work(self, key: str) -> WorkingTime:
        return CLOCK if self.tasks[key].elapsed else self.time(key)

    def lag_of(self, link: Dependency, minutes: dict[str, int]) -> tuple[WorkingTime, int]:
        lag, whose = link.lag, link.lag_calendar or self.plan.project.lag_calendar
        amount = lag.minutes
        if lag.percent is not None:
            amount = round(minutes[link.predecessor] * lag.percent / 100)
        is_share_of_elapsed = lag.percent is not None and self.tasks[link.predecessor].elapsed
        if lag.elapsed or is_share_of_elapsed or whose is LagCalendar.CLOCK:
            return CLOCK, amount
        if whose is LagCalendar.PROJECT:
            return self.project_time, amount
        end = link.predecessor if whose is LagCalendar.PREDECESSOR else link.successor
        return self.time(end), amount

    def run(self, minutes: dict[str, int]) -> Dates:
        starts: dict[str, int] = {}
        finishes: dict[str, int] = {}
        for key in self.order:
            starts[key], finishes[key] = self._early(key, minutes, starts, finishes)
        last = max(finishes.values(), default=self.base)
        late = self._late(minutes, last)
        floats = {
            key: self.time(key).work_before(late[key]) - self.time(key).work_before(finishes[key])
            for key in self.tasks
        }
        self._span(starts, finishes)
        return Dates(starts, finishes, floats, last)

    def _early(
        self, key: str, minutes: dict[str, int], starts: dict[str, int], finishes: dict[str, int]
    ) -> tuple[int, int]:
        task, work = self.tasks[key], self.work(key)
        arrivals = [self._arrive(link, work, minutes, starts, finishes) for link in self.into[key]]
        start = self._stand(task, work, max([*arrivals, self.base]))
        start = self._constrained(task, work, start, minutes[key])
        return start, work.add(start, minutes[key])

    def _arrive(
        self,
        link: Dependency,
        work: WorkingTime,
        minutes: dict[str, int],
        starts: dict[str, int],
        finishes: dict[str, int],
    ) -> int:
        """Where a link lets its successor start; no lead reaches before the project's start."""
        from_start = link.type in (LinkType.SS, LinkType.SF)
        instant = (starts if from_start else finishes)[link.predecessor]
        time, lag = self.lag_of(link, minutes)
        instant = time.add(instant, lag)
        if lag < 0:
            instant = max(instant, self.base)
        if link.type in (LinkType.FF, LinkType.SF):
            instant = work.add(instant, -minutes[link.successor])
        return instant

    @staticmethod
    def _stand(task: Task, work: WorkingTime, instant: int) -> int:
        """A milestone may stand where work has just ended."""
        if task.kind is TaskKind.MILESTONE and work.last_finish(instant) == instant:
            return instant
        return work.next_start(instant)

    def _constrained(self, task: Task, work: WorkingTime, start: int, minutes: int) -> int:
        moved = start
        for one in self._constraints(task):
            assert one.date is not None
            at = minute(one.date)
            if one.type in (ConstraintType.FNET, ConstraintType.FNLT, ConstraintType.MFO):
                at = work.add(at, -minutes)
            if one.type in (ConstraintType.SNET, ConstraintType.FNET):
                moved = max(moved, at)
            elif one.type in (ConstraintType.SNLT, ConstraintType.FNLT):
                moved = min(moved, at)
            else:
                moved = at
        return start if moved == start else self._stand(task, work, max(moved, self.base))

    @staticmethod
    def _constraints(task: Task) -> list[Constraint]:
        return [one for one in (task.constraint, task.constraint2) if one and one.date]

    def _late(self, minutes: dict[str, int], last: int) -> dict[str, int]:
        must = self.plan.project.must_finish_by
        cap = last if must is None else minute(must)
        late_start: dict[str, int] = {}
        late_finish: dict[str, int] = {}
        for key in reversed(self.order):
            work = self.work(key)
            limits = [cap]
            for link in self.out_of[key]:
                to_start = link.type in (LinkType.FS, LinkType.SS)
                instant = (late_start if to_start else late_finish)[link.successor]
                limits.append(self._limit(link, instant, minutes))
            finish = self._late_wish(self.tasks[key], work, min(limits), minutes[key])
            late_finish[key] = work.last_finish(finish)
            late_start[key] = work.add(late_finish[key], -minutes[key])
        return late_finish

    def _limit(self, link: Dependency, instant: int, minutes: dict[str, int]) -> int:
        """Where a link lets its predecessor finish."""
        work, own = self.work(link.predecessor), minutes[link.predecessor]
        time, lag = self.lag_of(link, minutes)
        if link.type in (LinkType.FF, LinkType.SF):
            # A finish is the same until its task goes on working.
            instant = self.work(link.successor).next_start(instant)
        if link.type is LinkType.FS and lag == 0:
            is_worked = work.next_start(instant) == instant
            return instant if is_worked else work.last_finish(instant)
        if link.type is LinkType.SS:
            instant = self._nearest(work, instant) if lag == 0 else instant
            instant = self._without_lag(time, instant, lag)
            return work.add(work.next_start(instant) if lag else instant, own)
        instant = self._without_lag(time, instant, lag)
        return work.add(instant, own) if link.type is LinkType.SF else instant

    @staticmethod
    def _without_lag(time: WorkingTime, instant: int, lag: int) -> int:
        """The latest instant that the lag brings no further than this one."""
        before = time.add(instant, -lag)
        is_worked = time.next_start(instant) == instant
        return time.next_start(before) if lag < 0 and is_worked else before

    @staticmethod
    def _nearest(work: WorkingTime, instant: int) -> int:
        """The instant itself where work is done, else the nearer end of the gap."""
        last, following = work.last_finish(instant), work.next_start(instant)
        if instant in (last, following):
            return instant
        return last if instant - last < following - instant else following

    def _late_wish(self, task: Task, work: WorkingTime, finish: int, minutes: int) -> int:
        for one in self._constraints(task):
            assert one.date is not None
            at = minute(one.date)
            if one.type in (ConstraintType.MSO, ConstraintType.SNLT):
                at = work.add(at, minutes)
            if one.type in (ConstraintType.MSO, ConstraintType.MFO):
                finish = at
            elif one.type in (ConstraintType.SNLT, ConstraintType.FNLT):
                finish = min(finish, at)
        return finish if task.deadline is None else min(finish, minute(task.deadline))

    def _span(self, starts: dict[str, int], finishes: dict[str, int]) -> None:
        """A summary reaches from its first task's start to its last one's finish."""
        for task in reversed(self.plan.tasks):
            below = [one.key for one in self.plan.tasks if one.parent == task.key]
            if task.key not in self.tasks and below:
                starts[task.key] = min(starts[key] for key in below)
                finishes[task.key] = max(finishes[key] for key in below)


def project_work(plan: Plan, instant: int) -> int:
    """Working minutes from the project's start on its calendar."""
    time = working_time(plan.calendars, plan.project.calendar)
    return time.work_before(instant) - time.work_before(minute(plan.project.start))


def moments(values: list[float], weights: list[float]) -> tuple[float, float]:
    """Mean and standard deviation of weighted values."""
    v, w = np.array(values), np.array(weights)
    mean = float((v * w).sum() / w.sum())
    return mean, math.sqrt(float(((v - mean) ** 2 * w).sum() / w.sum()))
