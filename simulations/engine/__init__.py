"""Plan to Forecast: sampling, kernel and statistics, without Django.

Names are loaded when they are first used: importing this package costs a web
process neither NumPy's nor the compiler's memory.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulations.engine.attribution import Attribution, Cause, attribute
    from simulations.engine.compared import (
        Comparison,
        Comparisons,
        KeptFinishes,
        MilestoneComparison,
        PlanFigures,
    )
    from simulations.engine.comparison import compare, compare_many
    from simulations.engine.engine import simulate, warm
    from simulations.engine.forecast import Buffer, Forecast, Refinement, TaskForecast
    from simulations.engine.options import ENGINE_VERSION, SimulationOptions
    from simulations.engine.pairing import compare_kept, why_not_comparable
    from simulations.engine.sensitivity import (
        Removal,
        impacts_if_removed,
        refinements,
    )
    from simulations.engine.simulation import SimulationCancelled

_HOME = {
    "Attribution": "attribution",
    "Cause": "attribution",
    "attribute": "attribution",
    "Comparison": "compared",
    "Comparisons": "compared",
    "KeptFinishes": "compared",
    "MilestoneComparison": "compared",
    "PlanFigures": "compared",
    "compare_kept": "pairing",
    "why_not_comparable": "pairing",
    "compare": "comparison",
    "compare_many": "comparison",
    "Removal": "sensitivity",
    "Refinement": "forecast",
    "Buffer": "forecast",
    "impacts_if_removed": "sensitivity",
    "refinements": "sensitivity",
    "simulate": "engine",
    "warm": "engine",
    "Forecast": "forecast",
    "TaskForecast": "forecast",
    "ENGINE_VERSION": "options",
    "SimulationOptions": "options",
    "SimulationCancelled": "simulation",
}

__all__ = [
    "ENGINE_VERSION",
    "Attribution",
    "Buffer",
    "Cause",
    "Comparison",
    "Comparisons",
    "Forecast",
    "KeptFinishes",
    "MilestoneComparison",
    "PlanFigures",
    "Refinement",
    "Removal",
    "SimulationCancelled",
    "SimulationOptions",
    "TaskForecast",
    "attribute",
    "compare",
    "compare_kept",
    "compare_many",
    "impacts_if_removed",
    "refinements",
    "simulate",
    "warm",
    "why_not_comparable",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
