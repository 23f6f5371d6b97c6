"""Plan to Forecast: sampling, kernel and statistics, without Django.

Names are loaded when they are first used: importing this package costs a web
process neither NumPy's nor the compiler's memory.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulations.engine.comparing.attribution import Attribution, Cause, attribute
    from simulations.engine.comparing.compared import (
        Comparison,
        Comparisons,
        KeptFinishes,
        MilestoneComparison,
        PlanFigures,
    )
    from simulations.engine.comparing.comparison import compare, compare_many
    from simulations.engine.comparing.pairing import compare_kept, why_not_comparable
    from simulations.engine.comparing.sensitivity import (
        Removal,
        impacts_if_removed,
        refinements,
    )
    from simulations.engine.engine import simulate, warm
    from simulations.engine.options import ENGINE_VERSION, SimulationOptions
    from simulations.engine.results.forecast import Buffer, Forecast, Refinement, TaskForecast
    from simulations.engine.running.simulation import SimulationCancelled

_HOME = {
    "Attribution": "comparing.attribution",
    "Cause": "comparing.attribution",
    "attribute": "comparing.attribution",
    "Comparison": "comparing.compared",
    "Comparisons": "comparing.compared",
    "KeptFinishes": "comparing.compared",
    "MilestoneComparison": "comparing.compared",
    "PlanFigures": "comparing.compared",
    "compare_kept": "comparing.pairing",
    "why_not_comparable": "comparing.pairing",
    "compare": "comparing.comparison",
    "compare_many": "comparing.comparison",
    "Removal": "comparing.sensitivity",
    "Refinement": "results.forecast",
    "Buffer": "results.forecast",
    "impacts_if_removed": "comparing.sensitivity",
    "refinements": "comparing.sensitivity",
    "simulate": "engine",
    "warm": "engine",
    "Forecast": "results.forecast",
    "TaskForecast": "results.forecast",
    "ENGINE_VERSION": "options",
    "SimulationOptions": "options",
    "SimulationCancelled": "running.simulation",
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
