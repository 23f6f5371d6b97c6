"""Rescheduling an edited plan from the one before it.

Nodes and links keep their numbers; new ones get new numbers at the end, and
those that are gone stay behind, joined to nothing, and drive nothing. Early
dates are computed anew from the touched nodes onward, in topological order,
as long as something changes; late dates likewise against it, or all of them
where the project's finish has moved.
"""

from planning.core.plan import Plan, Rules
from planning.core.scheduling.basis import Basis
from planning.core.scheduling.edited import edited
from planning.core.scheduling.explaining import Explainer
from planning.core.scheduling.order import CircleError
from planning.core.scheduling.repassing import pass_again


def after(former: Basis, plan: Plan) -> Basis | None:
    """Return the basis of an edited plan, or None where it is to be made from an empty start.

    That is where what decides all dates differs (settings, calendars), where
    a task is as late as possible, where the leaves of linked summaries meet,
    and where the edit is hardly less than the whole. A circle too is told by
    whoever starts from nothing.
    """
    if former.network.has_meetings or _links_summaries(former, plan):
        return None
    try:
        edit = edited(former, plan)
    except CircleError:
        return None
    if edit is None or any(node.alap for node in edit.network.nodes):
        return None
    again = pass_again(
        former.passes, former.network, edit, by_msproject=plan.project.rules is Rules.MSPROJECT
    )
    explainer = Explainer(plan, edit.network, again.passes, {**former.reasons})
    leaves = {}
    for key, number in edit.numbers.items():
        if number in again.moved:
            leaves[key] = explainer.leaf(number)
        elif number in again.changed:
            leaves[key] = explainer.again(number, former.leaves[key])
        else:
            leaves[key] = former.leaves[key]
    return Basis(
        plan,
        edit.network,
        edit.outline,
        edit.numbers,
        again.passes,
        leaves,
        explainer.reasons,
    )


def _links_summaries(former: Basis, plan: Plan) -> bool:
    """Whether the edit links two summaries, whose leaves may want to meet."""
    known = set(map(id, former.plan.dependencies))
    parents = former.outline.leaves_of
    return any(
        one.predecessor in parents and one.successor in parents
        for one in plan.dependencies
        if id(one) not in known
    )
