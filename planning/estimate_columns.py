"""Distributions as a JSON column, in whole minutes, and back."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from planning.core import distributions
from planning.core.distributions import Estimate

_LAWS: tuple[type[Any], ...] = (
    distributions.Fixed,
    distributions.Uniform,
    distributions.Triangular,
    distributions.Pert,
    distributions.PertClassical,
    distributions.Trigen,
    distributions.LognormalPercentiles,
    distributions.LognormalMoments,
    distributions.Normal,
    distributions.Exponential,
)
_LAW_BY_SHAPE = {
    (law.distribution, frozenset(field.name for field in fields(law))): law for law in _LAWS
}


def estimate_to_column(estimate: Estimate | None) -> dict[str, Any] | None:
    """Return the estimate as JSON, in minutes."""
    if estimate is None:
        return None
    return {"distribution": estimate.distribution, **asdict(estimate)}


def estimate_of_column(column: Mapping[str, Any] | None) -> Estimate | None:
    """Return the estimate that :func:`estimate_to_column` wrote."""
    return None if column is None else estimate_of(column)


def estimate_of(column: Mapping[str, Any]) -> Estimate:
    """Return the estimate of a column that holds one."""
    values = dict(column)
    name = values.pop("distribution")
    if name == distributions.Discrete.distribution:
        return distributions.Discrete(tuple((int(v), float(p)) for v, p in values["values"]))
    law = _LAW_BY_SHAPE[name, frozenset(values)]
    estimate: Estimate = law(**values)
    return estimate
