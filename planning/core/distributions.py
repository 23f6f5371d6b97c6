"""What is known of a duration: the distributions of the plan file.

Each class is one entry of ``distribution`` in plan-format. Values are whole
minutes (or hundredths of a per cent for a relative risk impact); what a law
means mathematically is written in ``docs/method.md``.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fixed:
    """One certain value."""

    distribution: ClassVar[str] = "fixed"
    value: int


@dataclass(frozen=True, slots=True)
class Uniform:
    """Any value between ``low`` and ``high`` is as likely as another."""

    distribution: ClassVar[str] = "uniform"
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Triangular:
    """The triangle over ``low``, ``mode`` and ``high``."""

    distribution: ClassVar[str] = "triangular"
    low: int
    mode: int
    high: int


@dataclass(frozen=True, slots=True)
class Pert:
    """Vose's beta: α = 1 + λ(m − a)/(b − a), β = 1 + λ(b − m)/(b − a)."""

    distribution: ClassVar[str] = "pert"
    low: int
    mode: int
    high: int
    weight: float = 4.0


@dataclass(frozen=True, slots=True)
class PertClassical:
    """The beta on [low, high] with mean (a + 4m + b)/6 and sd (b − a)/6."""

    distribution: ClassVar[str] = "pert-classical"
    low: int
    mode: int
    high: int


@dataclass(frozen=True, slots=True)
class Trigen:
    """A triangle given by two percentiles and its mode."""

    distribution: ClassVar[str] = "trigen"
    low: int
    mode: int
    high: int
    low_percentile: float = 10.0
    high_percentile: float = 90.0


@dataclass(frozen=True, slots=True)
class LognormalPercentiles:
    """The lognormal with these 10th and 90th percentiles."""

    distribution: ClassVar[str] = "lognormal"
    p10: int
    p90: int


@dataclass(frozen=True, slots=True)
class LognormalMoments:
    """The lognormal with this mean and standard deviation."""

    distribution: ClassVar[str] = "lognormal"
    mean: int
    sd: int


@dataclass(frozen=True, slots=True)
class Normal:
    """The normal law, cut at zero and renormalised for durations."""

    distribution: ClassVar[str] = "normal"
    mean: int
    sd: int


@dataclass(frozen=True, slots=True)
class Exponential:
    """The exponential law of this mean."""

    distribution: ClassVar[str] = "exponential"
    mean: int


@dataclass(frozen=True, slots=True)
class Discrete:
    """Values, each with its probability; the probabilities sum to 1."""

    distribution: ClassVar[str] = "discrete"
    values: tuple[tuple[int, float], ...]


Estimate = (
    Fixed
    | Uniform
    | Triangular
    | Pert
    | PertClassical
    | Trigen
    | LognormalPercentiles
    | LognormalMoments
    | Normal
    | Exponential
    | Discrete
)
