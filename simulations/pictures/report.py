"""What the report of a scenario says: the forecast's answer and evidence, and the whole Gantt."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from planning.models import Scenario
from planning.templatetags.look import long_date, noise_days, percent, short_date
from simulations.forecast_page import ForecastPage, forecast_page
from simulations.pictures import charts
from simulations.pictures.gantt import SHEET_BARS, GanttPicture
from simulations.pictures.palette import drawable, small_picture
from simulations.pictures.typesetting import pdf_of

SHOWN_PERCENTILES = (10, 50, 70, 80, 90, 95)


def report_pdf(scenario: Scenario) -> bytes:
    """Return the report as PDF."""
    return pdf_of(report_words(scenario))


def report_words(scenario: Scenario) -> dict[str, Any]:
    """Return what the report says, in plain words and pictures."""
    page = forecast_page(scenario)
    drawn = GanttPicture(scenario, pixels=SHEET_BARS)
    return {
        "language": (get_language() or "en").split("-")[0],
        "title": drawable(f"{scenario.project.name} · {scenario.name}"),
        "question": _("Which date can I promise?"),
        "answer": long_date(page.answer.p80) if page else _("No forecast yet"),
        "details": _details(scenario, page),
        "foot": _about(scenario),
        "sections": _sections(page) if page else [],
        "sheets": [sheet.svg for sheet in drawn.sheets()],
    }


def _details(scenario: Scenario, page: ForecastPage | None) -> list[str]:
    if page is None:
        return [scenario.why_no_forecast or _("Simulate to know.")]
    told = [
        _("P80 ± %(noise)s: in 8 of 10 futures the plan is done by then.")
        % {"noise": noise_days(page.answer.noise_days)}
    ]
    if page.answer.target:
        told.append(
            _("The target, %(date)s, is met in %(chance)s.")
            % {"date": long_date(page.answer.target), "chance": percent(page.answer.chance)}
        )
    if not page.answer.is_current:
        told.append(_("The plan has changed since this forecast was made."))
    return told


def _about(scenario: Scenario) -> str:
    if scenario.forecast_iterations is None:
        return _("Revision %(revision)d") % {"revision": scenario.revision}
    return _("Revision %(revision)d · %(iterations)s iterations · seed %(seed)d") % {
        "revision": scenario.forecast_revision,
        "iterations": number_format(scenario.forecast_iterations, force_grouping=True),
        "seed": scenario.forecast_seed,
    }


def _sections(page: ForecastPage) -> list[dict[str, Any]]:
    sections = [
        _drawn(_("Chance of being finished by each date"), charts.curve(page, small_picture)),
        {
            "title": _("Finish"),
            "columns": ["wide", "narrow", "narrow"],
            "head": [_("Sure to"), _("Done by"), _("Noise")],
            "rows": [
                [f"P{row.percentile}", short_date(row.date), f"± {noise_days(row.noise_days)}"]
                for row in page.percentiles
                if row.percentile in SHOWN_PERCENTILES
            ],
        },
    ]
    if page.tornado:
        title = _("What drives it? Days that P80 would come earlier without it")
        sections.append(_drawn(title, charts.tornado(page)))
    if page.milestones.rows:
        sections.append(_drawn(_("When is each milestone met?"), charts.milestones(page)))
    if page.trend:
        sections.append(_drawn(_("How has it moved?"), charts.trend(page, small_picture)))
    return sections


def _drawn(title: str, svg: str) -> dict[str, Any]:
    return {"title": title, "svg": svg}
