r"""How sure a simulation is of each figure: 95 % bands from its own numbers.

Chances have Wilson's band (:func:`simulations.engine.results.statistics.chance_band`),
percentiles their order statistics; here is the noise of the rest. NumPy alone.
"""

import math

import numpy as np
from numpy.typing import NDArray

from simulations.engine.results.statistics import Z95, chance_band

Band = tuple[float, float]
SHARE_CLASSES = 64


def mean_band(mean: float, sd: float, iterations: int) -> Band:
    """Return the 95 % band of a mean: mean ± 1.96 sd/√N.

    Examples
    --------
    >>> mean_band(10.0, 2.0, 10_000)
    (9.9608, 10.0392)
    """
    half = Z95 * sd / math.sqrt(iterations)
    return mean - half, mean + half


def sd_band(values: NDArray[np.generic]) -> Band:
    r"""Return the 95 % band of a standard deviation, in the values' own unit.

    :math:`\sigma \pm 1.96\,\sigma\sqrt{(\kappa - 1)/(4N)}` with the kurtosis
    :math:`\kappa` of the values themselves.

    Examples
    --------
    >>> sd_band(np.array([4, 4, 4]))
    (0.0, 0.0)
    """
    centred = np.asarray(values, np.float64)
    centred = centred - centred.mean()
    squares = centred * centred
    variance = float(squares.mean())
    if variance <= 0:
        return 0.0, 0.0
    kurtosis = float((squares * squares).mean()) / variance**2
    sd = math.sqrt(variance)
    half = Z95 * sd * math.sqrt(max(kurtosis - 1.0, 0.0) / (4.0 * len(centred)))
    return max(sd - half, 0.0), sd + half


def correlation_band(correlation: float, iterations: int) -> Band:
    r"""Return the 95 % band of a rank correlation.

    Fisher's :math:`\tanh(\operatorname{artanh} r \pm 1.96\,s)` with
    :math:`s^2 = (1 + r^2/2)/(N - 3)` [1]_.

    References
    ----------
    .. [1] D. G. Bonett, T. A. Wright, "Sample size requirements for estimating
       Pearson, Kendall and Spearman correlations", Psychometrika 65, 2000,
       :doi:`10.1007/BF02294183`.

    Examples
    --------
    >>> [round(end, 3) for end in correlation_band(0.5, 10_000)]
    [0.484, 0.515]
    """
    if iterations <= 3 or abs(correlation) >= 1.0:
        return (-1.0, 1.0) if iterations <= 3 else (correlation, correlation)
    half = Z95 * math.sqrt((1.0 + correlation**2 / 2.0) / (iterations - 3))
    middle = math.atanh(correlation)
    return math.tanh(middle - half), math.tanh(middle + half)


def share_band(share: float, iterations: int, classes: int = SHARE_CLASSES) -> Band:
    r"""Return the 95 % band of a first-order share.

    A share is a squared correlation ratio: its variance is about
    :math:`4S(1-S)^2/N` [1]_, and never below that of a task without influence,
    :math:`2(K-1)/N^2` from the noise of K class means.

    References
    ----------
    .. [1] I. Olkin, J. D. Finn, "Correlations redux", Psychological Bulletin
       118(1), 1995, :doi:`10.1037/0033-2909.118.1.155`.

    Examples
    --------
    >>> [round(end, 3) for end in share_band(0.5, 10_000)]
    [0.486, 0.514]
    """
    variance = 4.0 * share * (1.0 - share) ** 2 / iterations
    variance += 2.0 * (classes - 1) / iterations**2
    half = Z95 * math.sqrt(variance)
    return max(share - half, 0.0), min(share + half, 1.0)


def ssi_band(ssi: float, criticality: float, iterations: int) -> Band:
    r"""Return the 95 % band of SSI = CI·σ(task)/σ(project).

    By the delta method: the relative variance of CI, :math:`(1-CI)/(N\,CI)`,
    and 1/(2N) of each standard deviation, as of a normal.

    Examples
    --------
    >>> [round(end, 3) for end in ssi_band(0.4, 0.5, 10_000)]
    [0.389, 0.411]
    """
    if ssi <= 0 or criticality <= 0:
        return 0.0, ssi if criticality > 0 else Z95**2 / iterations
    half = (
        Z95 * ssi * math.sqrt((1.0 - criticality) / (iterations * criticality) + 1.0 / iterations)
    )
    return max(ssi - half, 0.0), ssi + half


def significance_band(significance: float, iterations: int) -> Band:
    """Return the 95 % band of SI, the mean of a ratio that lies between 0 and 1.

    No such mean varies more than a chance of the same size, so Wilson's band
    is wide enough for any plan and often too wide.

    Examples
    --------
    >>> [round(end, 3) for end in significance_band(1.0, 4096)]
    [0.999, 1.0]
    """
    return chance_band(min(max(significance, 0.0), 1.0), max(iterations, 1))


def narrowing_days(sd_days: float, share: float) -> float:
    r"""Return how much narrower the finish would be if one duration were known.

    σ(T) − √E[Var(T|D)] = σ(T)·(1 − √(1 − S)), with S the first-order share.

    Examples
    --------
    >>> narrowing_days(2.0, 0.75)
    1.0
    """
    return sd_days * (1.0 - math.sqrt(1.0 - share))
