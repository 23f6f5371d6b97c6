"""What a bar says in words: beside it, under the pointer and to a screen reader."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from planning.drawing.bars import LEAST_CRITICALITY, Bar, Spread
from planning.table.outline import Outline
from planning.templatetags.look import chance_class, percent, short_date


def described(bar: Bar, outline: Outline, *, is_old: bool = False) -> Bar:
    """Return the bar with its texts, which cost more than the rest: for the rows that are shown.

    ``is_old``: the forecast describes an older state of the plan, and every figure says so.
    """
    spread = bar.spread if bar.percent < 100 else None
    is_milestone = bar.kind == "milestone"
    chance = spread.chance if spread and is_milestone else None
    share = spread.criticality if spread else None
    return replace(
        bar,
        pk=str(outline.id),
        label=short_date(bar.finish) if is_milestone else "",
        chance=percent(chance) if chance is not None else "",
        chance_class="" if is_old else chance_class(chance),
        share=percent(share) if share is not None and share >= LEAST_CRITICALITY else "",
        words="\n".join(_lines(bar, spread, outline.target or outline.finish, is_old)),
    )


def _lines(bar: Bar, spread: Spread | None, asked: datetime | None, is_old: bool) -> Iterator[str]:
    yield f"{bar.name}: {_dates(bar)}"
    if bar.percent:
        yield _("%(share)s done") % {"share": percent(bar.percent / 100)}
    if bar.promised_finish:
        yield _("Promised for %(date)s") % {"date": short_date(bar.promised_finish)}
    if bar.deadline:
        yield _("Wanted by %(date)s") % {"date": short_date(bar.deadline)}
    if bar.is_critical:
        yield _("Critical in the plan")
    if spread:
        yield from _forecast_lines(spread, asked)
        if is_old:
            yield _("The forecast is out of date: the plan has changed since.")


def _forecast_lines(spread: Spread, asked: datetime | None) -> Iterator[str]:
    """``asked``: the date whose chance is told, the target or else the planned finish."""
    if spread.p10 < spread.p90:
        named = {"P10": spread.p10, "P50": spread.p50, "P80": spread.p80, "P90": spread.p90}
        yield " · ".join(f"{name} {short_date(moment)}" for name, moment in named.items())
    if spread.chance is not None:
        yield _("%(chance)s sure by %(date)s") % {
            "chance": percent(spread.chance),
            "date": short_date(asked),
        }
    if spread.criticality is not None:
        yield _("Critical in %(share)s of the futures") % {"share": percent(spread.criticality)}


def _dates(bar: Bar) -> str:
    first, last = short_date(bar.start), short_date(bar.finish)
    return first if first == last else f"{first} – {last}"
