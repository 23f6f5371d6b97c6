"""What a bar says in words: beside it, under the pointer and to a screen reader."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from planning.drawing.bars import LEAST_CRITICALITY, Bar, Spread
from planning.table.outline import Outline
from planning.templatetags.look import chance_class, percent, short_dates


class BarWords:
    """The words of many bars, in the language of the moment.

    ``is_old``: the forecast describes an older state of the plan, and every figure says so.
    """

    def __init__(self, *, is_old: bool = False) -> None:
        self._is_old = is_old
        self._date = short_dates()
        self._critical = _("Critical in the plan")

    def described(self, bar: Bar, outline: Outline) -> Bar:
        """Return the bar with its texts, which cost more than the rest: for rows that are shown."""
        spread = bar.spread if bar.percent < 100 else None
        is_milestone = bar.kind == "milestone"
        chance = spread.chance if spread and is_milestone else None
        share = spread.criticality if spread else None
        return bar._replace(
            pk=str(outline.id),
            label=self._date(bar.finish) if is_milestone else "",
            chance=percent(chance) if chance is not None else "",
            chance_class="" if self._is_old else chance_class(chance),
            share=percent(share) if share is not None and share >= LEAST_CRITICALITY else "",
            words="\n".join(self._lines(bar, spread, outline.target or outline.finish)),
        )

    def _lines(self, bar: Bar, spread: Spread | None, asked: datetime | None) -> Iterator[str]:
        yield f"{bar.name}: {self._dates(bar)}"
        if bar.percent:
            yield _("%(share)s done") % {"share": percent(bar.percent / 100)}
        if bar.promised_finish:
            yield _("Promised for %(date)s") % {"date": self._date(bar.promised_finish)}
        if bar.deadline:
            yield _("Wanted by %(date)s") % {"date": self._date(bar.deadline)}
        if bar.is_critical:
            yield self._critical
        if spread:
            yield from self._forecast_lines(spread, asked)
            if self._is_old:
                yield _("The forecast is out of date: the plan has changed since.")

    def _forecast_lines(self, spread: Spread, asked: datetime | None) -> Iterator[str]:
        """``asked``: the date whose chance is told, the target or else the planned finish."""
        if spread.p10 < spread.p90:
            named = {"P10": spread.p10, "P50": spread.p50, "P80": spread.p80, "P90": spread.p90}
            yield " · ".join(f"{name} {self._date(moment)}" for name, moment in named.items())
        if spread.chance is not None:
            yield _("%(chance)s sure by %(date)s") % {
                "chance": percent(spread.chance),
                "date": self._date(asked),
            }
        if spread.criticality is not None:
            yield _("Critical in %(share)s of the futures") % {"share": percent(spread.criticality)}

    def _dates(self, bar: Bar) -> str:
        first, last = self._date(bar.start), self._date(bar.finish)
        return first if first == last else f"{first} – {last}"
