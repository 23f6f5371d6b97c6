"""The live forecast: asked for after each committed edit, and how it stands.

It is a preview: it covers the one before, is made by a worker of its own, and
enters no history. Nothing here needs the engine, so pages may import it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from lineo.accounts.tenancy import workspace_context
from lineo.jobs import services as jobs
from lineo.jobs.models import ACTIVE, Job, Priority, Queue, State
from planning import snapshot
from planning.core.distributions import Fixed
from planning.core.plan import Plan, Task
from planning.models import Scenario
from simulations.models import LiveForecast

FUNCTION = "live-forecast"
PATIENCE = timedelta(seconds=30)
"""So long a job may wait for a worker before the page says that none answers."""
NO_RANGE = gettext_noop("no task has a range")
NO_TASKS = gettext_noop("the plan has no tasks, so there is no forecast")
_BLANK = dict.fromkeys(
    (
        "p10", "p50", "p80", "p90", "p50_noise_days", "p80_noise_days", "p_target", "p_planned",
        "since_revision", "p50_delta_days", "p50_delta_noise_days", "p80_delta_days",
        "p80_delta_noise_days", "curve", "finishes",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Delta:
    """How far a percentile moved by the last edits, in working days, and its noise."""

    days: float
    noise_days: float

    @property
    def is_clear(self) -> bool:
        """Whether it moved by more than its noise."""
        return abs(self.days) > self.noise_days


@dataclass(frozen=True, slots=True)
class LiveState:
    """How the live forecast of a scenario stands.

    ``revision`` is the plan's, ``row`` what was made last (of ``row.revision``),
    None where nothing ever was. One that ``is_late`` is under way, but nobody
    need wait for it. ``tag`` changes whenever any of it does.
    """

    scenario_id: UUID
    revision: int
    row: LiveForecast | None
    is_under_way: bool
    is_late: bool = False

    @property
    def is_awaited(self) -> bool:
        """Whether asking again soon is worth while."""
        return self.is_under_way and not self.is_late

    @property
    def is_current(self) -> bool:
        return self.row is not None and self.row.revision == self.revision

    @property
    def has_figures(self) -> bool:
        return self.row is not None and self.row.p80 is not None

    @property
    def p50_delta(self) -> Delta | None:
        return self._delta("p50")

    @property
    def p80_delta(self) -> Delta | None:
        return self._delta("p80")

    @property
    def tag(self) -> str:
        made = self.row.made_at.isoformat() if self.row else ""
        words = f"{self.scenario_id} {self.revision} {made} {self.is_under_way} {self.is_late}"
        return hashlib.sha256(words.encode()).hexdigest()[:16]

    def _delta(self, name: str) -> Delta | None:
        days = getattr(self.row, f"{name}_delta_days", None)
        if days is None:
            return None
        return Delta(days, getattr(self.row, f"{name}_delta_noise_days"))


def live_state_of(scenario: Scenario) -> LiveState:
    """Return how the scenario's live forecast stands, in two queries."""
    row = LiveForecast.objects.filter(scenario=scenario).first()
    if row is not None and row.revision == scenario.revision:
        return LiveState(scenario.pk, scenario.revision, row, is_under_way=False)
    active = Job.objects.filter(topic=_topic(scenario.pk), state__in=ACTIVE)
    waiting = list(active.values_list("state", "created_at"))
    since = timezone.now() - PATIENCE
    return LiveState(
        scenario.pk,
        scenario.revision,
        row,
        is_under_way=bool(waiting),
        is_late=bool(waiting)
        and all(state == State.QUEUED and asked < since for state, asked in waiting),
    )


@dataclass(frozen=True, slots=True)
class TaskBar:
    """Where a task's finish lies, for its bar; ``criticality`` is None for summaries."""

    p10: datetime
    p50: datetime
    p80: datetime
    p90: datetime
    criticality: float | None
    p_target: float | None


def live_bars_of(state: LiveState) -> Mapping[str, TaskBar]:
    """Return the bars of a live forecast by task key; empty where it has no figures."""
    if state.row is None or not state.has_figures:
        return {}
    return bars_of(state.row.tasks)


def bars_of(tasks: Mapping[str, Any]) -> Mapping[str, TaskBar]:
    """Return the bars that the row's ``tasks`` hold."""
    return {key: _bar(*words) for key, words in tasks.items()}


def _bar(
    p10: str, p50: str, p80: str, p90: str, criticality: float | None, p_target: float | None
) -> TaskBar:
    p10_at, p50_at, p80_at, p90_at = map(datetime.fromisoformat, (p10, p50, p80, p90))
    return TaskBar(p10_at, p50_at, p80_at, p90_at, criticality, p_target)


def ask_after_change(*, workspace_id: UUID, scenario_id: UUID, revision: int, change_id: UUID,
                     **_: Any) -> None:  # fmt: skip
    """Ask for a live forecast of what was just committed."""
    if not settings.LIVE_FORECAST:
        return
    with workspace_context(workspace_id):
        held = snapshot.recent.get(change_id)
        if held is not None and not may_vary(held.plan):
            blank(scenario_id, revision, reason=NO_RANGE)
            return
        jobs.enqueue_latest(
            FUNCTION,
            topic=_topic(scenario_id),
            payload={"scenario": str(scenario_id)},
            queue=Queue.LIVE,
            priority=Priority.URGENT,
        )


def blank(scenario_id: UUID, revision: int, *, reason: str) -> None:
    """Take the figures of an older plan away where the plan as it stands has none."""
    former = LiveForecast.objects.filter(scenario_id=scenario_id, revision__lt=revision)
    former.update(revision=revision, reason=reason, tasks={}, **_BLANK)


def forget_former_jobs(job_id: UUID, scenario_id: UUID) -> None:
    """Leave no trail of jobs behind a person who edits all day."""
    jobs.forget_former(job_id, topic=_topic(scenario_id))


def may_vary(plan: Plan) -> bool:
    """Whether anything in the plan may be uncertain, at a glance.

    Examples
    --------
    >>> from datetime import datetime
    >>> from planning.core.plan import ProjectSettings
    >>> may_vary(Plan(ProjectSettings("Shed", datetime(2026, 1, 5, 8))))
    False
    """
    return any(map(_may_vary, plan.tasks)) or any(
        risk.probability > 0 and risk.impacts for risk in plan.risks
    )


def _may_vary(task: Task) -> bool:
    if task.is_finished:
        return False
    has_range = task.estimate is not None and not isinstance(task.estimate, Fixed)
    return has_range or task.risk_level is not None or task.existence < 1.0


def _topic(scenario_id: UUID) -> str:
    return f"{FUNCTION} {scenario_id}"
