"""Merge, rebase, and the promotion of chosen rows: propose, try, take in."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from lineo.accounts.policy import Action
from lineo.api.errors import Fault, InvalidError
from lineo.api.operations import operation
from lineo.api.queries import Query
from lineo.api.shapes import (
    FLAG,
    NUMBER,
    choice,
    listing,
    nullable,
    record,
    ref,
    shape,
    text,
    whole,
)
from lineo.api.shapes import UUID as ID
from planning import selectors
from planning.access import demand_on
from planning.api.history import present_with_edits
from planning.api.plan_shapes import definition
from planning.api.promotions import PROMOTION
from planning.api.promotions import present as present_promotion
from planning.api.views import PlanningView
from planning.api.words import moment
from planning.core.merge import Conflict, Side
from planning.core.references import Place
from planning.models import Scenario
from planning.pages.merging import (
    Choice,
    ConflictRow,
    Effect,
    MergeRow,
    effect_of,
    merge_page,
    place_from,
    places_of,
)
from planning.services import promotions
from planning.services.merging import Proposal, merge_scenario, propose, rebase_scenario

_DATE = definition("moment_or_null")
_REVISION = whole(1, 2**31 - 1)
_ROW = text(1500, least=3, about="A row of a plan, such as `tasks:A` or `dependencies:A|B|FS`.")
_DECISIONS = {
    "type": "object",
    "additionalProperties": choice(*Side),
    "description": "For each conflict, by its id, whose version stands.",
}
CHOSEN = {
    "from": ID,
    "revision": _REVISION,
    "from_revision": _REVISION,
    "rows": nullable(listing(_ROW, 100_000)),
    "decisions": _DECISIONS,
}
shape(
    "MergeChoice",
    record(
        CHOSEN,
        required=("from",),
        about="What to take from another scenario: chosen `rows`, or all of them. With the"
        " revisions that were looked at, it is refused with 412 where either has moved on.",
    ),
)
shape(
    "RowsPromotion",
    record(
        {**CHOSEN, "name": text(200, least=1), "reason": text(5_000, least=1)},
        required=("from", "name", "reason", "rows"),
        about="Chosen `rows` of a scenario, the `name` of the copy of the baseline that takes them"
        " in, and why. `revision` is the baseline's.",
    ),
)
_CONFLICT = record(
    {
        "id": text(2000),
        "row": _ROW,
        "field": nullable(text(200, about="Null where the whole row is at stake.")),
        "base": {},
        "ours": {},
        "theirs": {},
        "finish_ours": _DATE,
        "finish_theirs": _DATE,
    },
    about="What both sides changed, each in its own way; null is a row that one side removed. The"
    " finishes are what the plan would have under either choice, where it is a plan.",
)
EFFECT = shape(
    "MergeEffect",
    record(
        {
            "finish": _DATE,
            "days": NUMBER,
            "undecided": whole(0, 2**31 - 1),
            "error": text(100_000, about="Why these choices make no plan, where they make none."),
            "lifted": listing(text(2000), 1_000_000),
        },
        about="What a choice does to the planned finish; conflicts that nobody decided as ours."
        " `lifted` names tasks that would stand higher, since their summary goes.",
    ),
)
PROPOSAL = shape(
    "MergeProposal",
    record(
        {
            "scenario": ID,
            "revision": _REVISION,
            "from": ID,
            "from_revision": _REVISION,
            "finish": _DATE,
            "rows": listing(
                record(
                    {
                        "row": _ROW,
                        "title": text(10_000),
                        "phrases": listing(text(100_000), 100_000),
                        "touches_ours": FLAG,
                    }
                ),
                1_000_000,
            ),
            "conflicts": listing(_CONFLICT, 1_000_000),
            "heard": listing(text(2000), 1_000_000),
            "heard_later": choice(*Side),
            "effect": EFFECT,
        },
        about="What the other scenario changed since both came from one state. `heard` names tasks"
        " of which both had heard other dates of other projects; those of `heard_later` stand.",
    ),
)
MERGED = shape(
    "Merged",
    record(
        {"change": nullable(ref("ChangeWithEdits"))},
        about="The one change that it was; null where there was nothing to take in.",
    ),
)


class MergeView(PlanningView):
    """What the views of merges share."""

    tag = "merges"

    def other(self, ours: Scenario, scenario_id: str | UUID) -> Scenario:
        others = selectors.scenarios_for(self.membership).filter(project=ours.project_id)
        return get_object_or_404(others, pk=scenario_id)

    def default(self, ours: Scenario) -> Scenario:
        """Return what a plan is merged with where nothing is said."""
        others = selectors.scenarios_for(self.membership).filter(project=ours.project_id)
        found = others.exclude(pk=ours.pk).order_by("-is_baseline", "-created_at").first()
        return found or ours

    def choice(self, proposal: Proposal, body: dict[str, Any]) -> Choice:
        seen = body.get("revision"), body.get("from_revision")
        moments = proposal.ours.revision, proposal.theirs.revision
        return Choice(
            _chosen(proposal, body.get("rows")),
            _decisions(proposal, body.get("decisions", {})),
            (seen[0] or moments[0], seen[1] or moments[1]),
        )


class ScenarioMerge(MergeView):
    """What another scenario changed, and what of it is taken in."""

    @operation(
        "read_merge",
        "Read what a merge would do",
        answers=PROPOSAL,
        query=(Query("from", ID, "The scenario to take from; else the baseline, or the newest."),),
    )
    def get(self, request: Request, scenario_id: UUID, *, query: dict[str, Any]) -> Response:
        """List the rows that the other scenario changed, and what must be decided."""
        ours = self.scenario(scenario_id)
        theirs = self.other(ours, query["from"]) if query["from"] else self.default(ours)
        return Response(present(propose(ours, theirs)))

    @operation("merge_scenario", "Merge or rebase", body="MergeChoice", answers=MERGED)
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        """Take the rows in, all in one change that undo takes back. From the baseline: a rebase."""
        ours = self.scenario(scenario_id)
        theirs = self.other(ours, body["from"])
        service = rebase_scenario if theirs.is_baseline else merge_scenario
        chosen = self.choice(propose(ours, theirs), body)
        change = service(
            ours,
            theirs,
            actor=self.actor,
            decisions=chosen.decisions,
            chosen=chosen.chosen,
            seen=chosen.seen,
        )
        return Response({"change": present_with_edits(change) if change else None})


class ScenarioMergePreview(MergeView):
    """What some choices would do; nothing is written."""

    @operation("preview_merge", "Try a merge", body="MergeChoice", answers=EFFECT)
    def post(self, request: Request, scenario_id: UUID, *, body: dict[str, Any]) -> Response:
        ours = self.scenario(scenario_id)
        demand_on(ours, self.actor, Action.EDIT)
        proposal = propose(ours, self.other(ours, body["from"]))
        return Response(present_effect(effect_of(proposal, self.choice(proposal, body))))


class ProjectPromoteRows(MergeView):
    """Chosen rows of a scenario become part of what is promised."""

    tag = "lineage"

    @operation(
        "promote_rows",
        "Promote chosen rows",
        body="RowsPromotion",
        answers=PROMOTION,
        status=201,
    )
    def post(self, request: Request, project_id: UUID, *, body: dict[str, Any]) -> Response:
        """Take the rows into a copy of the baseline, and promote the copy."""
        project = self.project(project_id)
        baseline = promotions.baseline_to_leave(project, self.actor)
        theirs = self.other(baseline, body["from"])
        chosen = self.choice(propose(baseline, theirs), body)
        assert chosen.seen is not None
        done = promotions.promote_rows(
            theirs,
            name=body["name"],
            reason=body["reason"],
            actor=self.actor,
            chosen=chosen.chosen,
            decisions=chosen.decisions,
            seen=promotions.Seen(baseline.pk, *chosen.seen),
        )
        return Response(present_promotion(done), status=201)


def present(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as the API shows it."""
    page = merge_page(proposal, Choice())
    rows = [row for group in page.groups for row in group.rows]
    tried = {one.id: one for row in rows for one in row.conflicts}
    return {
        "scenario": str(proposal.ours.scenario_id),
        "revision": proposal.ours.revision,
        "from": str(proposal.theirs.scenario_id),
        "from_revision": proposal.theirs.revision,
        "finish": moment(page.now),
        "rows": [_row(row) for row in rows],
        "conflicts": [_conflict(one, tried.get(one.id)) for one in proposal.merge.conflicts],
        "heard": list(page.heard),
        "heard_later": page.heard_later,
        "effect": present_effect(page.effect),
    }


def present_effect(effect: Effect) -> dict[str, Any]:
    """Return what choices do as the API shows it."""
    return {
        "finish": moment(effect.finish),
        "days": effect.days,
        "undecided": effect.undecided,
        "error": effect.error,
        "lifted": list(effect.lifted),
    }


def _row(row: MergeRow) -> dict[str, Any]:
    return {
        "row": row.value,
        "title": row.title,
        "phrases": list(row.phrases),
        "touches_ours": row.touches_ours,
    }


def _conflict(one: Conflict, tried: ConflictRow | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "row": ":".join(one.place),
        "field": one.field or None,
        "base": one.base,
        "ours": one.ours,
        "theirs": one.theirs,
        "finish_ours": moment(tried.finish_ours) if tried else None,
        "finish_theirs": moment(tried.finish_theirs) if tried else None,
    }


def _chosen(proposal: Proposal, rows: list[str] | None) -> set[Place] | None:
    """Return the rows that are named; None, which a later merge can build on, for all of them."""
    if rows is None:
        return None
    offered = places_of(proposal)
    chosen: set[Place] = set()
    for number, row in enumerate(rows):
        place = place_from(row)
        if place is None or place not in offered:
            raise InvalidError(Fault(f"rows[{number}]", _("The other side changed no such row.")))
        chosen.add(place)
    return None if chosen >= offered.keys() else chosen


def _decisions(proposal: Proposal, words: dict[str, str]) -> dict[str, Side]:
    known = {one.id for one in proposal.merge.conflicts}
    for name in words:
        if name not in known:
            raise InvalidError(Fault(f"decisions.{name[:80]}", _("There is no such conflict.")))
    return {name: Side(side) for name, side in words.items()}
