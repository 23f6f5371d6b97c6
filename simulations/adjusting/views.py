"""Buffers: how sure shall the finish be, and what does each buffer do?"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lineo.accounts.policy import Action
from lineo.accounts.requests import PersonRequest
from lineo.jobs.models import Job, JobDetail, State
from planning import veil
from planning.access import may_on
from planning.models import Scenario
from planning.selectors import with_scenario
from planning.views.loading import scenario_or_404
from simulations.adjusting.models import Adjustment
from simulations.adjusting.services import adjust_scenario

PERCENTS = [(70, "P70"), (80, "P80"), (90, "P90"), (99, "P99")]
SHOWN_BUFFERS = 50


class AdjustForm(forms.Form):
    """How sure, and where the time goes."""

    percent = forms.TypedChoiceField(
        label=gettext_lazy("How sure"), choices=PERCENTS, coerce=int, initial=80
    )
    where = forms.ChoiceField(
        label=gettext_lazy("Where the time goes"),
        choices=[
            ("tasks", gettext_lazy("To each task, by criticality × σ")),
            ("gathered", gettext_lazy("Into a project buffer and feeding buffers")),
        ],
    )
    name = forms.CharField(label=gettext_lazy("Name of the new scenario"), max_length=200)


@dataclass(frozen=True, slots=True)
class BufferRow:
    """One buffer, and why it is as long as it is."""

    name: str
    days: float
    share: float
    criticality: float | None
    sd_days: float | None
    width: str


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def buffers(request: PersonRequest, pk: UUID) -> HttpResponse:
    """How sure shall the finish be? A worker makes a branch with the buffers that it takes."""
    found = scenario_or_404(request, pk)
    form = AdjustForm(request.POST or None, initial={"name": f"{found.name}, P80"[:200]})
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            adjust_scenario(
                found,
                name=data["name"],
                percent=data["percent"],
                is_gathered=data["where"] == "gathered",
                actor=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("simulations:buffers", found.pk)
    context = {
        "scenario": found,
        "form": form,
        "may_branch": may_on(found, request.membership, Action.BRANCH),
        **_made(found),
        **_asked(found),
    }
    return render(request, "simulations/buffers.html", context, status=status)


def _made(scenario: Scenario) -> dict[str, Any]:
    """Return the buffers that this scenario was made with, if it was."""
    made = with_scenario(Adjustment.objects.filter(scenario=scenario), of="source").first()
    if made is None or made.result is None:
        return {}
    rows = made.result["buffers"]
    total = sum(row["minutes"] for row in rows) or 1
    widest = max((row["minutes"] for row in rows), default=1)
    day = scenario.minutes_per_day
    hidden = veil.hidden().in_scenario(scenario.pk)
    return {
        "made": made,
        "moved_days": made.result["minutes"] / day,
        "rows": [
            BufferRow(
                name=veil.restricted_name() if row["key"] in hidden else row["name"],
                days=row["minutes"] / day,
                share=row["minutes"] / total,
                criticality=row["criticality"],
                sd_days=row["sd_days"],
                width=f"{max(row['minutes'] / widest * 320, 2):.1f}",
            )
            for row in rows[:SHOWN_BUFFERS]
        ],
    }


def _asked(scenario: Scenario) -> dict[str, Any]:
    """Return how the last adjustment of this scenario stands."""
    last = with_scenario(Adjustment.objects.filter(source=scenario)).first()
    job = Job.objects.filter(pk=str(last.job_id)).first() if last else None
    if last is None or job is None:
        return {}
    failure = ""
    if job.state == State.FAILED:
        told = JobDetail.objects.values_list("error", flat=True).get(pk=job.pk)
        failure = told or job.get_failure_display()
    return {"last": last, "job": job, "percent": int(job.progress * 100), "failure": failure}
