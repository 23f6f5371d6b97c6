"""A plain, slow simulation, written from docs/method.md: nothing of the engine is used here.

Draws: SplitMix64 of a hashed key, the inverse by SciPy, rounded to whole minutes.
Dates: one forward and one backward pass over dictionaries, by Lineo's rules, for plans of work
that has not started (links, lags, calendars, dated constraints, deadlines, must finish by).
"""

import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
from scipy import optimize, stats

from planning.core.distributions import (
    Discrete,
    Estimate,
    Exponential,
    Fixed,
    LognormalMoments,
    LognormalPercentiles,
    Normal,
    Pert,
    PertClassical,
    Triangular,
    Trigen,
    Uniform,
)
from planning.core.plan import (
    Calendar,
    Constraint,
    ConstraintType,
    Dependency,
    LagCalendar,
    LinkType,
    Plan,
    Task,
    TaskKind,
)

# --- Draws ----------------------------------------------------------------------------------

WORD = (1 << 64) - 1


def stream(seed: int, kind: str, key: str) -> int:
    text = f"{seed}\x1f{kind}\x1f{key}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def splitmix(state: int) -> int:
    z = (state + 0x9E3779B97F4A7C15) & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


def uniform(key: int, iteration: int) -> float:
    """A multiple of 2⁻²⁵ between 0 and 1: one half of a word for each iteration."""
    word = splitmix((key + iteration // 2) & WORD)
    bits = (word >> 32 if iteration % 2 else word) & 0xFFFFFFFF
    tail = (2 * ((bits >> 8) & 0x7FFFFF) + 1) * 2.0**-25
    return 1.0 - tail if bits >> 31 else tail


class Beta:
    """A beta on [low, high] by its two shapes."""

    @staticmethod
    def pert(low: int, mode: int, high: int, weight: float) -> Any:
        span = high - low
        alpha, beta = 1 + weight * (mode - low) / span, 1 + weight * (high - mode) / span
        return stats.beta(alpha, beta, low, span)

    @staticmethod
    def classical(low: int, mode: int, high: int) -> Any:
        mean, sd = (low + 4 * mode + high) / 6, (high - low) / 6
        share = (mean - low) / (high - low)
        size = share * (1 - share) / (sd / (high - low)) ** 2 - 1
        return stats.beta(share * size, (1 - share) * size, low, high - low)


def triangle(low: float, mode: float, high: float) -> Any:
    return stats.triang((mode - low) / (high - low), low, high - low)


def trigen(law: Trigen) -> Any:
    """The triangle with that mode and those two percentiles, found by its CDF alone."""

    def misses(ends: tuple[float, float]) -> tuple[float, float]:
        low, high = law.mode - math.exp(ends[0]), law.mode + math.exp(ends[1])
        found = triangle(low, law.mode, high)
        return (
            float(found.cdf(law.low)) - law.low_percentile / 100,
            float(found.cdf(law.high)) - law.high_percentile / 100,
        )

    guess = (math.log(2.0 * (law.mode - law.low)), math.log(2.0 * (law.high - law.mode)))
    ends = optimize.fsolve(misses, guess, xtol=1e-13)
    return triangle(law.mode - math.exp(ends[0]), law.mode, law.mode + math.exp(ends[1]))


@cache
def distribution(law: Estimate) -> Any:
    """The law in SciPy's words, before what is negative is cut away; None if it is certain."""
    match law:
        case Uniform(low, high) if low < high:
            return stats.uniform(low, high - low)
        case Triangular(low, mode, high) if low < high:
            return triangle(low, mode, high)
        case Pert(low, mode, high, weight) if low < high:
            return Beta.pert(low, mode, high, weight)
        case PertClassical(low, mode, high) if low < high:
            return Beta.classical(low, mode, high)
        case Trigen() if law.low < law.high:
            return trigen(law)
        case LognormalPercentiles(p10, p90) if p10 < p90:
            sigma = math.log(p90 / p10) / (2 * float(stats.norm.ppf(0.9)))
            return stats.lognorm(sigma, scale=math.sqrt(p10 * p90))
        case LognormalMoments(mean, sd) if sd > 0:
            sigma = math.sqrt(math.log1p((sd / mean) ** 2))
            return stats.lognorm(sigma, scale=mean * math.exp(-sigma * sigma / 2))
        case Normal(mean, sd) if sd > 0:
            return stats.norm(mean, sd)
        case Exponential(mean) if mean > 0:
            return stats.expon(scale=mean)
    return None


def certain(law: Estimate) -> int:
    """The one value of a law that has one."""
    match law:
        case Fixed(value):
            return value
        case Normal(value, _) | LognormalMoments(value, _) | Exponential(value):
            return value
        case LognormalPercentiles(value, _):
            return value
    return law.low  # type: ignore[union-attr]


def inverse(law: Estimate, u: float, *, cut: bool = True) -> float:
    """The value at ``u``, not yet rounded; what would be negative is cut, the rest renormalised."""
    if isinstance(law, Discrete):
        return _discrete(law, u, cut=cut)
    found = distribution(law)
    if found is None:
        return float(max(certain(law), 0) if cut else certain(law))
    below = float(found.cdf(0.0)) if cut else 0.0
    return float(found.ppf(below + (1.0 - below) * u))


def _discrete(law: Discrete, u: float, *, cut: bool) -> float:
    values = sorted((v, p) for v, p in law.values if p > 0)
    if cut and any(v >= 0 for v, _ in values):
        values = [(v, p) for v, p in values if v >= 0]
    total = sum(p for _, p in values)
    reached = 0.0
    for value, share in values:
        reached += share / total
        if u <= round(reached * 2**25) / 2**25:
            return float(value)
    return float(values[-1][0])


def rounded(value: float) -> int:
    return math.floor(value + 0.5)


def law_of(task: Task, plan: Plan) -> Estimate:
    """What a task that has not started draws."""
    if task.kind is TaskKind.MILESTONE:
        return Fixed(0)
    if task.estimate is not None:
        return task.estimate
    if task.risk_level is None:
        return Fixed(task.duration_minutes)
    level = plan.project.risk_level(task.risk_level)
    low, mode, high = (
        round(task.duration_minutes * f) for f in (level.low, level.mode, level.high)
    )
    return Pert(low, mode, high)


@dataclass(frozen=True)
class Drawn:
    """One iteration's durations, and which tasks exist."""

    minutes: dict[str, int]
    exists: dict[str, bool]


def draw(plan: Plan, seed: int, iteration: int) -> Drawn:
    """Draw one iteration of a plan without drivers and correlations."""
    minutes: dict[str, int] = {}
    for task in plan.leaves():
        u = uniform(stream(seed, "task", task.key), iteration)
        minutes[task.key] = rounded(inverse(law_of(task, plan), u))
    base = dict(minutes)
    for risk in sorted(plan.risks, key=lambda one: one.key):
        if uniform(stream(seed, "risk", risk.key), iteration) >= risk.probability:
            continue
        size = uniform(stream(seed, "impact", risk.key), iteration)
        for impact in risk.impacts:
            added = rounded(inverse(impact.estimate, size, cut=False))
            if impact.relative:
                added = rounded(base[impact.task] * (added / 10_000))
            minutes[impact.task] += added
    exists = {}
    for task in plan.leaves():
        there = uniform(stream(seed, "existence", task.key), iteration) < task.existence
        exists[task.key] = there
        minutes[task.key] = max(minutes[task.key], 0) if there else 0
    return Drawn(minutes, exists)


# --- Working time ---------------------------------------------------------------------------

ORIGIN = datetime(2020, 1, 1)
YEARS = 40


class WorkingTime:
    """The working minutes of one calendar, as a list of intervals in minutes since ORIGIN."""

    def __init__(self, intervals: Iterator[tuple[int, int]]) -> None:
        joined: list[list[int]] = []
        for start, finish in sorted(intervals):
            if joined and start <= joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], finish)
            else:
                joined.append([start, finish])
        self.starts = [start for start, _ in joined]
        self.finishes = [finish for _, finish in joined]
        self.before = [0]
        for start, finish in joined:
            self.before.append(self.before[-1] + finish - start)

    def work_before(self, instant: int) -> int:
        place = bisect_right(self.starts, instant) - 1
        if place < 0:
            return 0
        return self.before[place] + min(instant, self.finishes[place]) - self.starts[place]

    def first_with(self, work: int) -> int:
        """The first instant with that many minutes before it."""
        place = bisect_left(self.before, work) - 1
        return self.starts[place] + work - self.before[place]

    def last_with(self, work: int) -> int:
        """The last instant with that many minutes before it."""
        place = bisect_right(self.before, work) - 1
        return self.starts[place] + work - self.before[place]

    def add(self, instant: int, minutes: int) -> int:
        if minutes == 0:
            return instant
        work = self.work_before(instant) + minutes
        return self.first_with(work) if minutes > 0 else self.last_with(work)

    def next_start(self, instant: int) -> int:
        return self.last_with(self.work_before(instant))

    def last_finish(self, instant: int) -> int:
        return self.first_with(self.work_before(instant))


CLOCK = WorkingTime(iter([(0, YEARS * 366 * 1440)]))


def minute(moment: datetime) -> int:
    return (moment - ORIGIN) // timedelta(minutes=1)


@cache
def working_time(calendars: tuple[Calendar, ...], key: str) -> WorkingTime:
    """The hours of a calendar through its parents: the later exception wins, and any wins."""
    by_key = {one.key: one for one in calendars}
    chain = [by_key[key]]
    while chain[-1].parent is not None:
        chain.append(by_key[chain[-1].parent])

    def hours(day: date) -> tuple[Any, ...]:
        for calendar in chain:
            for exception in reversed(calendar.exceptions):
                if exception.first <= day <= exception.last:
                    return exception.work
        for calendar in chain:
            week = calendar.week[day.weekday()]
            if week is not None:
                return week
        return ()

    def intervals() -> Iterator[tuple[int, int]]:
        for number in range(YEARS * 366):
            day = ORIGIN.date() + timedelta(days=number)
            for one in hours(day):
                yield number * 1440 + one.start, number * 1440 + one.finish

    return WorkingTime(intervals())


# --- Dates ----------------------------------------------------------------------------------


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
