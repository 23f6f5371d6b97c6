"""Dates that people watch: is the chance still what they count on?"""

from datetime import datetime, time
from math import sqrt
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lineo.accounts.models import User
from lineo.accounts.policy import Action
from lineo.accounts.selectors import membership_for
from lineo.notices.models import DateWatch, Direction, NoticeKind
from lineo.notices.services import notify
from planning.access import demand_on, may_on
from planning.models import Project, Scenario
from planning.services.projects import baseline_of
from planning.templatetags.look import long_date, percent
from simulations.charts import chance_by
from simulations.forecast_document import document_of

EVENING = time(23, 59)
LEAST_MARGIN = 0.02
MOST_WATCHES = 50


@transaction.atomic
def watch_date(
    project: Project,
    *,
    actor: User,
    day: datetime,
    threshold: float,
    direction: str = Direction.BELOW,
    scenario: Scenario | None = None,
) -> DateWatch:
    """Ask to be told when the chance of a day passes a threshold.

    What has passed it already is shown, not told: only the next time counts.
    """
    demand_on(scenario or baseline_of(project), actor, Action.READ)
    if scenario is not None and scenario.project_id != project.pk:
        raise ValidationError(_("There is no such scenario in this project."))
    if DateWatch.objects.filter(person=actor).count() >= MOST_WATCHES:
        raise ValidationError(_("Fifty dates are the most; stop watching one first."))
    row = DateWatch(
        person=actor,
        project=project,
        scenario=scenario,
        day=day,
        threshold=threshold,
        direction=direction,
    )
    row.full_clean(exclude=["person"])
    found = _watched(row)
    if found is not None:
        _see(row, found)
    row.save(force_insert=True)
    return row


@transaction.atomic
def stop_watching(watch: DateWatch) -> None:
    """Tell no more of it."""
    watch.delete()


@transaction.atomic
def look(scenario_id: UUID, record_id: UUID) -> None:
    """See what a new forecast says of the dates that are watched on its scenario.

    Looked at twice, the same forecast tells once.
    """
    scenario = Scenario.objects.select_related("project").filter(pk=scenario_id).first()
    if scenario is None:
        return
    concerns = Q(scenario=scenario)
    if scenario.is_baseline:
        concerns |= Q(scenario=None, project=scenario.project_id)
    rows = DateWatch.objects.select_for_update(of=("self",)).filter(concerns)
    for watch in rows.exclude(seen_record=record_id).select_related("person", "project"):
        before, was_past = watch.chance, watch.is_past
        _see(watch, scenario)
        watch.seen_record = record_id
        watch.save(update_fields=["is_past", "chance", "seen_at", "seen_record"])
        if (
            watch.is_past
            and not was_past
            and may_on(scenario, membership_for(watch.person), Action.READ)
        ):
            _tell(watch, scenario, before)


def is_past_now(watch: DateWatch, chance: float, iterations: int) -> bool:
    """Return whether the threshold counts as passed, as a switch that does not flap.

    It is passed as soon as the chance is beyond it, and comes back only when
    the chance is on its other side by more than a margin: two points, or the
    95 % noise of the chance where that is more.
    """
    sign = 1.0 if watch.direction == Direction.BELOW else -1.0
    distance = sign * (chance - watch.threshold)
    if distance < 0:
        return True
    return watch.is_past and distance < margin_of(chance, iterations)


def margin_of(chance: float, iterations: int) -> float:
    """Return how far a chance must come back before it is told again."""
    noise = 1.96 * sqrt(chance * (1 - chance) / iterations) if iterations else 0.0
    return max(LEAST_MARGIN, noise)


def _watched(watch: DateWatch) -> Scenario | None:
    chosen: Scenario | None = watch.scenario
    return chosen or Scenario.objects.filter(project=watch.project_id, is_baseline=True).first()


def _see(watch: DateWatch, scenario: Scenario) -> None:
    """Note what the scenario's forecast says of the day; nothing where it has none."""
    document = document_of(scenario)
    if document is None:
        return
    chance = chance_by(document.distribution, datetime.combine(watch.day, EVENING))
    watch.is_past = is_past_now(watch, chance, scenario.forecast_iterations or 0)
    watch.chance = chance
    watch.seen_at = timezone.now()


def _tell(watch: DateWatch, scenario: Scenario, before: float | None) -> None:
    words = {
        "day": long_date(watch.day),
        "chance": percent(watch.chance),
        "threshold": percent(watch.threshold),
        "project": watch.project.name,
        "scenario": scenario.name,
    }
    if watch.direction == Direction.BELOW:
        title = _("The chance of %(day)s fell below %(threshold)s: it is %(chance)s now")
    else:
        title = _("The chance of %(day)s rose above %(threshold)s: it is %(chance)s now")
    detail = f"{words['project']} · {words['scenario']}"
    if before is not None:
        detail = _("%(place)s · it was %(before)s") % {"place": detail, "before": percent(before)}
    notify(
        [watch.person_id],
        NoticeKind.WATCH,
        title=title % words,
        detail=detail,
        url=reverse("simulations:forecast", args=[scenario.pk]),
        project=watch.project,
        scenarios=[scenario.pk],
    )
