"""How did we come here? What the lineage page and a promotion's own page show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lineo.accounts.models import Membership, User
from lineo.accounts.policy import Action
from lineo.activity.models import Change
from planning import selectors
from planning.access import may_on
from planning.change_veil import ChangeVeil
from planning.core.edits import Edit
from planning.core.sentences import Sentence, told
from planning.drawing.scales import DateAxis, Frame, Tick, date_ticks, midnight, text
from planning.models import Project, Promotion, PromotionKind, Scenario
from planning.pages.differences import GROUPS, Group, groups_of

TRACK = Frame(width=720, height=36, left=12, right=12)
SHOWN_LINES = 8
_PROMISES = ("promised_start", "promised_finish")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was known of a plan when it was decided on."""

    planned_finish: datetime | None
    target: datetime | None
    p50: datetime | None
    p80: datetime | None
    chance: float | None
    is_current: bool

    @property
    def moments(self) -> list[datetime]:
        """The dates to draw."""
        return [moment for moment in (self.planned_finish, self.p50, self.p80) if moment]


@dataclass(frozen=True, slots=True)
class Track:
    """Both plans' dates on the axis of the whole timeline."""

    from_80: str
    to_80: str
    from_plan: str
    to_plan: str
    target: str


@dataclass(frozen=True, slots=True)
class Step:
    """One promotion or restore on the timeline."""

    pk: UUID
    number: int
    kind: str
    is_restore: bool
    scenario_id: UUID
    scenario_name: str
    former_name: str
    colour: str
    actor: User | None
    at: datetime
    reason: str
    days: float
    chosen: Figures
    former: Figures
    track: Track | None
    lines: list[Sentence]
    more: int
    can_restore_former: bool
    former_id: UUID


@dataclass(frozen=True, slots=True)
class Beginning:
    """How the project began."""

    name: str
    at: datetime | None
    actor: User | None


@dataclass(frozen=True, slots=True)
class LineagePage:
    """The timeline, the newest decision first."""

    baseline: Scenario | None
    steps: list[Step]
    is_whole: bool
    beginning: Beginning | None
    view_box: str
    unit: str
    ticks: list[Tick]
    labels: list[Tick]


def lineage_page(project: Project, membership: Membership | None) -> LineagePage:
    """Return every decision which plan of the project was promised."""
    rows = list(selectors.promotions_of(project))
    known = {scenario.pk: scenario for scenario in selectors.scenarios_of(project)}
    baseline = next((one for one in known.values() if one.is_baseline), None)
    axis = _axis(rows)
    unit, days = date_ticks(*axis.edges, most=7) if axis else ("day", [])
    may_promote = may_on(project, membership, Action.PROMOTE)
    is_whole = len(rows) == Promotion.objects.filter(project_id=project.pk).count()
    return LineagePage(
        baseline=baseline,
        steps=[_step(row, known, axis, may_promote=may_promote) for row in rows],
        is_whole=is_whole,
        beginning=_beginning(rows, baseline if is_whole else None),
        view_box=f"0 0 {text(TRACK.width)} {text(TRACK.height)}",
        unit=unit,
        ticks=[Tick(text(axis.x(midnight(day))), day) for day in days] if axis else [],
        labels=[Tick(_share(axis.x(midnight(day))), day) for day in days] if axis else [],
    )


def _share(x: float) -> str:
    """Return a place on the track as letters need it that don't grow with the page."""
    return f"{text(100 * x / TRACK.width)}%"


@dataclass(frozen=True, slots=True)
class PromotionPage:
    """One decision with all that it changed."""

    step: Step
    groups: list[Group]
    total: int


def promotion_page(row: Promotion) -> PromotionPage:
    """Return one decision with all that it changed."""
    known = {row.pk: row for row in Scenario.objects.filter(project=row.project_id)}
    sentences = sorted(sentences_of(row), key=lambda one: list(GROUPS).index(one.collection))
    return PromotionPage(
        step=_step(row, known, _axis([row]), may_promote=False),
        groups=groups_of(sentences, {}),
        total=len(sentences),
    )


def sentences_of(row: Promotion) -> list[Sentence]:
    """Return what a promotion changed, for people; frozen dates left out."""
    shown = ChangeVeil(row.project_id, row.scenario_id).edits(row.edits)
    edits = [Edit.from_json(edit) for edit in shown]
    return told([edit for edit in edits if edit.field not in _PROMISES], row.names)


def figures_from(data: Mapping[str, Any]) -> Figures:
    """Return the figures that a promotion kept."""
    return Figures(
        planned_finish=_moment(data["planned_finish"]),
        target=_moment(data["target"]),
        p50=_moment(data["p50"]),
        p80=_moment(data["p80"]),
        chance=data["p_target"],
        is_current=bool(data["is_current"]),
    )


def _step(
    row: Promotion,
    known: Mapping[UUID, Scenario],
    axis: DateAxis | None,
    *,
    may_promote: bool,
) -> Step:
    scenario, former = known.get(row.scenario_id), known.get(row.former_id)
    lines = sentences_of(row)
    chosen, before = figures_from(row.figures["chosen"]), figures_from(row.figures["former"])
    return Step(
        pk=row.pk,
        number=row.number,
        kind=row.get_kind_display(),
        is_restore=row.kind == PromotionKind.RESTORE,
        scenario_id=row.scenario_id,
        scenario_name=row.scenario_name,
        former_name=row.former_name,
        colour=scenario.colour if scenario and scenario.colour else "grey",
        actor=row.actor,
        at=row.created_at,
        reason=row.reason,
        days=row.finish_minutes / (scenario.minutes_per_day if scenario else 480),
        chosen=chosen,
        former=before,
        track=_track(chosen, before, axis) if axis else None,
        lines=lines[:SHOWN_LINES],
        more=max(len(lines) - SHOWN_LINES, 0),
        can_restore_former=may_promote and former is not None and not former.is_baseline,
        former_id=row.former_id,
    )


def _axis(rows: Sequence[Promotion]) -> DateAxis | None:
    found = [
        moment
        for row in rows
        for side in ("chosen", "former")
        for moment in figures_from(row.figures[side]).moments
    ]
    if not found:
        return None
    low, high = min(found), max(found)
    air = max((high - low) / 12, timedelta(days=3))
    return DateAxis([(low - air, high + air)], TRACK)


def _track(chosen: Figures, former: Figures, axis: DateAxis) -> Track:
    def place(moment: datetime | None) -> str:
        return text(axis.x(moment)) if moment else ""

    first, last = axis.edges
    target = chosen.target if chosen.target and first <= chosen.target <= last else None
    return Track(
        from_80=place(former.p80),
        to_80=place(chosen.p80),
        from_plan=place(former.planned_finish),
        to_plan=place(chosen.planned_finish),
        target=place(target),
    )


def _beginning(rows: Sequence[Promotion], baseline: Scenario | None) -> Beginning | None:
    """Return with which plan it began, unless the first decision is hidden from whoever asks."""
    if rows and rows[-1].number > 1:
        return None
    if rows:
        first_id, name = rows[-1].former_id, rows[-1].former_name
    elif baseline is not None:
        first_id, name = baseline.pk, baseline.name
    else:
        return None
    change = Change.objects.filter(subject_id=first_id, revision=1).select_related("actor").first()
    return Beginning(
        name=name,
        at=change.created_at if change else None,
        actor=change.actor if change else None,
    )


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
