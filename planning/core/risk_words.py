"""The words of risks, drivers and correlations: rows of a Plan ⇄ plain JSON values."""

from typing import Any

from planning.core.durations import Units
from planning.core.edits import EditKind
from planning.core.estimate_words import estimate_to_words, read_estimate, read_relative
from planning.core.fields import Field, inside, number, plain, ratio, read_fields, simple, table
from planning.core.plan import Correlation, Driver, Impact, Mitigation, PlanError, Risk


def _write_impacts(impacts: tuple[Impact, ...], units: Units) -> list[dict[str, Any]]:
    return [
        {
            "task": impact.task,
            "estimate": estimate_to_words(impact.estimate, units, is_relative=impact.relative),
        }
        for impact in impacts
    ]


def _read_impacts(words: list[dict[str, Any]], units: Units) -> tuple[Impact, ...]:
    impacts = []
    for index, item in enumerate(words):
        try:
            impacts.append(_read_impact(item, units))
        except PlanError as fault:
            raise inside(f"[{index}].estimate", fault) from None
    return tuple(impacts)


def _read_impact(words: dict[str, Any], units: Units) -> Impact:
    relative = read_relative(words["estimate"])
    if relative is not None:
        return Impact(words["task"], relative, relative=True)
    typed = read_estimate(words["estimate"], units, is_signed=True)
    if typed.elapsed:
        raise PlanError("an impact is working time; write it without the e")
    return Impact(words["task"], typed.estimate)


def _write_after(after: Mitigation, units: Units) -> dict[str, Any]:
    return {
        "probability": number(after.probability),
        "impacts": _write_impacts(after.impacts, units),
        "cost": None if after.cost is None else number(after.cost),
    }


def _read_after(words: dict[str, Any], units: Units) -> Mitigation:
    try:
        impacts = _read_impacts(words["impacts"], units)
    except PlanError as fault:
        raise inside("impacts", fault) from None
    cost = words.get("cost")
    return Mitigation(float(words["probability"]), impacts, None if cost is None else float(cost))


RISK_FIELDS = table(
    plain("name", EditKind.RISK),
    ratio("probability", EditKind.RISK),
    simple("impacts", EditKind.RISK, _write_impacts, _read_impacts),
    simple("after", EditKind.RISK, _write_after, _read_after),
)


def write_risk(risk: Risk, units: Units) -> dict[str, Any]:
    """Return the risk as it stands in a plan file."""
    fields = {name: field.write(risk, units) for name, field in RISK_FIELDS.items()}
    return {"id": risk.key, **fields}


def read_risk(words: dict[str, Any], units: Units) -> Risk:
    """Read a risk; a name left out is its id."""
    given = {name: words[name] for name in RISK_FIELDS if name in words}
    given.setdefault("name", words["id"])
    return Risk(words["id"], **read_fields(given, RISK_FIELDS, units))


class SetField(Field):
    """A list whose order says nothing."""

    __slots__ = ()

    def value(self, row: Any) -> frozenset[str]:
        """Return the members alone."""
        return frozenset(getattr(row, self.name))


DRIVER_FIELDS = table(
    ratio("rho", EditKind.DRIVER),
    SetField(
        "tasks",
        EditKind.DRIVER,
        ("tasks",),
        lambda driver, _: list(driver.tasks),
        lambda words, _: {"tasks": tuple(words)},
    ),
)


def write_driver(driver: Driver, _units: Units) -> dict[str, Any]:
    """Return the driver as it stands in a plan file."""
    return {"name": driver.key, "rho": number(driver.rho), "tasks": list(driver.tasks)}


def read_driver(words: dict[str, Any], _units: Units) -> Driver:
    """Read a driver; ρ left out is 0.5, as the plan format shows it."""
    return Driver(words["name"], float(words.get("rho", 0.5)), tuple(words.get("tasks", ())))


CORRELATION_FIELDS = table(ratio("spearman", EditKind.CORRELATION))


def write_correlation(correlation: Correlation, _units: Units) -> dict[str, Any]:
    """Return the correlation as it stands in a plan file."""
    pair = [correlation.first, correlation.second]
    return {"tasks": pair, "spearman": number(correlation.spearman)}


def read_correlation(words: dict[str, Any], _units: Units) -> Correlation:
    """Read a correlation; a target left out is 0.3, as the plan format shows it."""
    first, second = words["tasks"]
    return Correlation(first, second, float(words.get("spearman", 0.3)))
