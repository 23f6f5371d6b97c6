"""Plan to Forecast: sampling, kernel and statistics, without Django.

Names are loaded when they are first used: importing this package costs a web
process neither NumPy's nor the compiler's memory.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulations.engine.engine import simulate, warm
    from simulations.engine.forecast import Forecast, TaskForecast
    from simulations.engine.options import ENGINE_VERSION, SimulationOptions
    from simulations.engine.simulation import SimulationCancelled

_HOME = {
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
    "Forecast",
    "SimulationCancelled",
    "SimulationOptions",
    "TaskForecast",
    "simulate",
    "warm",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
