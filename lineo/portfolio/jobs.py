"""What the portfolio's jobs do: ids in, a small result out."""

from typing import Any

from django.utils.translation import gettext_noop

from lineo.jobs.handle import JobHandle
from lineo.jobs.registry import job
from lineo.jobs.wanted import still_there
from lineo.portfolio import drawing, following
from lineo.portfolio.models import JointForecast
from lineo.portfolio.services import DRAW
from planning.core.plan import PlanError
from planning.models import Scenario


@job(following.FUNCTION, timeout_seconds=120)
def follow_projects(handle: JobHandle, *, scenario: str) -> None:
    """Hear anew when the tasks of other projects are that this scenario waits for."""
    found = Scenario.objects.filter(pk=scenario).first()
    if found is None:
        return
    handle.check()
    following.follow(found)


@job(DRAW, timeout_seconds=900, tells=(PlanError,))
def draw_jointly(handle: JobHandle, *, joint: str) -> dict[str, Any]:
    """Draw the projects that wait for one another in the same futures, and keep what came of it."""
    row = still_there(JointForecast.objects.all(), joint)
    handle.progress(0.02, gettext_noop("Reading the plans"))
    result = drawing.draw(
        row,
        progress=lambda share: handle.progress(0.02 + 0.96 * share, gettext_noop("Simulating")),
    )
    JointForecast.objects.filter(pk=row.pk).update(result=result)
    return {"projects": len(result["projects"]), "left_out": len(result["left_out"])}
