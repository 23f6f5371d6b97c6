"""What is done to bars and links by dragging, each by a POST of its own."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from lineo.accounts.requests import PersonRequest
from lineo.activity.models import Change
from lineo.numbers import number_or_none
from planning import snapshot
from planning.core.plan import PlanError
from planning.models import Scenario
from planning.pages.intention_words import REQUIRED, read_intention
from planning.services.commit import Expected
from planning.services.intentions import carry_out
from planning.views.loading import scenario_or_404, task_or_404
from planning.views.workbench import answer_change


@require_POST
@login_required
def reschedule_task(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Let a task start at ``start``."""
    return _do_to_task(request, pk, "reschedule", "start")


@require_POST
@login_required
def resize_task(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Let a task last until ``finish``, or for ``duration``."""
    return _do_to_task(request, pk, "resize", "finish", "duration")


@require_POST
@login_required
def move_task(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Put a task under ``parent``, above its sibling ``before``."""
    return _do_to_task(request, pk, "move", "parent", "before")


@require_POST
@login_required
def link_tasks(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Let the task ``to`` wait for the task ``from``."""
    return _do_to_link(request, pk, "link", "type", "lag")


@require_POST
@login_required
def change_link(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Give a link another lag."""
    return _do_to_link(request, pk, "change_link", "type", "lag")


@require_POST
@login_required
def unlink_tasks(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Take a link away."""
    return _do_to_link(request, pk, "unlink", "type")


def _do_to_task(request: PersonRequest, pk: UUID, name: str, *fields: str) -> HttpResponse:
    found = task_or_404(request, pk)
    words = {"intention": name, "task": found.key, **_given(request, fields)}
    return answer_change(
        request, found.scenario, lambda: _carry_out(request, found.scenario, words, found.key)
    )


def _do_to_link(request: PersonRequest, pk: UUID, name: str, *fields: str) -> HttpResponse:
    scenario = scenario_or_404(request, pk)
    words = {"intention": name, **_given(request, ("from", "to", *fields))}
    return answer_change(request, scenario, lambda: _carry_out(request, scenario, words))


def _given(request: PersonRequest, fields: tuple[str, ...]) -> dict[str, str]:
    return {name: request.POST[name] for name in fields if request.POST.get(name)}


def _carry_out(
    request: PersonRequest, scenario: Scenario, words: Mapping[str, str], task: str = ""
) -> Change | None:
    version = number_or_none(request.POST, "version") if task else None
    revision = number_or_none(request.POST, "revision")
    try:
        if missing := [name for name in REQUIRED[words["intention"]] if name not in words]:
            raise PlanError("missing", path=missing[0])
        intention = read_intention(words, snapshot.shown_plan_of(scenario))
    except PlanError as error:
        raise ValidationError(str(error), code="plan") from error
    return carry_out(
        scenario,
        intention,
        actor=request.user,
        expected=[] if version is None else [Expected("tasks", task, version)],
        expected_revision=revision,
    )
