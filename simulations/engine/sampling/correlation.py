r"""Drivers and Spearman targets as one Gaussian copula.

Tasks that are tied to each other, directly or through others, form a group.
A group that is one driver's and nothing else is drawn by one common factor,
:math:`z_j = \sqrt{\rho}\,g + \sqrt{1-\rho}\,e_j`. Any other group is drawn by
the Cholesky factor of its matrix, :math:`z = L e`, where pairs without a
statement are uncorrelated.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.core.plan import Correlation, Driver

Matrix = NDArray[np.float64]

SMALLEST_EIGENVALUE = 1e-8
MIXES = dict[str, list[tuple[tuple[str, str], float]]]


@dataclass(frozen=True, slots=True)
class Copula:
    """How each correlated task's normal is mixed from independent ones.

    Attributes
    ----------
    mixes : dict
        Task key → its factors, each ((kind, key), weight).
    largest_change : float
        The greatest change that the repair made to a Spearman target.
    """

    mixes: MIXES
    largest_change: float


def copula(
    drivers: Iterable[Driver], correlations: Iterable[Correlation], uncertain: frozenset[str]
) -> Copula:
    """Build the copula of the uncertain tasks of a plan.

    Parameters
    ----------
    drivers, correlations
        Those of the plan.
    uncertain : frozenset of str
        Keys of the tasks that draw at all; ties to others mean nothing.

    Examples
    --------
    >>> both = frozenset({"A", "B"})
    >>> mix = copula([Driver("crew", 0.25, ("A", "B"))], [], both).mixes["A"]
    >>> [(factor, round(weight, 3)) for factor, weight in mix]
    [(('driver', 'crew'), 0.5), (('task', 'A'), 0.866)]
    """
    groups = [
        (driver, sorted(uncertain.intersection(driver.tasks)))
        for driver in sorted(drivers, key=lambda driver: driver.key)
        if driver.rho > 0
    ]
    groups = [(driver, members) for driver, members in groups if len(members) > 1]
    pairs = {
        (min(pair.first, pair.second), max(pair.first, pair.second)): pair.spearman
        for pair in correlations
        if pair.first in uncertain and pair.second in uncertain and pair.first != pair.second
    }
    paired = {key for pair in pairs for key in pair}
    mixes: MIXES = {}
    for driver, members in groups:
        if paired.isdisjoint(members):
            common, own = float(np.sqrt(driver.rho)), float(np.sqrt(1.0 - driver.rho))
            for key in members:
                mixes[key] = [(("driver", driver.key), common), (("task", key), own)]
    entries = {pair: pearson_of(rank) for pair, rank in pairs.items()}
    for driver, members in groups:
        if not paired.isdisjoint(members):
            for i, first in enumerate(members):
                for second in members[i + 1 :]:
                    entries.setdefault((first, second), driver.rho)
    largest = 0.0
    for component in _components(entries):
        largest = max(largest, _mix_component(component, entries, mixes))
    return Copula(mixes, largest)


def pearson_of(spearman: float) -> float:
    """Return the correlation of normals whose ranks correlate so: 2 sin(πρ/6).

    Examples
    --------
    >>> round(pearson_of(0.5), 4)
    0.5176
    """
    return float(2.0 * np.sin(np.pi * spearman / 6.0))


def spearman_of(pearson: Matrix) -> Matrix:
    """Return the rank correlation of normals: (6/π) asin(ρ/2)."""
    return np.asarray(6.0 / np.pi * np.arcsin(np.clip(pearson, -1.0, 1.0) / 2.0))


def _components(entries: dict[tuple[str, str], float]) -> list[list[str]]:
    """Return the connected groups of tasks, each sorted by key."""
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        leader.setdefault(key, key)
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for first, second in entries:
        leader[find(first)] = find(second)
    members: dict[str, list[str]] = {}
    for key in sorted(leader):
        members.setdefault(find(key), []).append(key)
    return list(members.values())


def _mix_component(keys: list[str], entries: dict[tuple[str, str], float], mixes: MIXES) -> float:
    """Factor one group's matrix, repaired where needed; return the largest change."""
    place = {key: index for index, key in enumerate(keys)}
    wanted = np.eye(len(keys))
    for (first, second), value in entries.items():
        if first in place:
            wanted[place[first], place[second]] = wanted[place[second], place[first]] = value
    matrix = nearest_correlation(wanted)
    root = np.linalg.cholesky(matrix)
    for row, key in enumerate(keys):
        mixes[key] = [
            (("task", keys[column]), float(root[row, column]))
            for column in range(row + 1)
            if abs(root[row, column]) > 1e-12
        ]
    return float(np.abs(spearman_of(matrix) - spearman_of(wanted)).max())


def nearest_correlation(wanted: Matrix, *, rounds: int = 200) -> Matrix:
    """Return the nearest positive definite correlation matrix.

    Alternating projections with Dykstra's correction [1]_; a matrix that is
    positive definite already is returned as it is.

    Parameters
    ----------
    wanted : ndarray (n, n)
        Symmetric, with a unit diagonal.

    References
    ----------
    .. [1] N. J. Higham, "Computing the nearest correlation matrix", IMA Journal
       of Numerical Analysis 22(3), 2002, :doi:`10.1093/imanum/22.3.329`.

    Examples
    --------
    >>> a = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    >>> bool(np.linalg.eigvalsh(nearest_correlation(a)).min() > 0)
    True
    """
    if np.linalg.eigvalsh(wanted).min() >= SMALLEST_EIGENVALUE:
        return wanted
    matrix, correction = wanted.copy(), np.zeros_like(wanted)
    for _ in range(rounds):
        shifted = matrix - correction
        values, vectors = np.linalg.eigh(shifted)
        projected = (vectors * np.maximum(values, SMALLEST_EIGENVALUE)) @ vectors.T
        correction = projected - shifted
        previous, matrix = matrix, projected.copy()
        np.fill_diagonal(matrix, 1.0)
        if np.abs(matrix - previous).max() < 1e-12:
            break
    values, vectors = np.linalg.eigh(matrix)
    definite = (vectors * np.maximum(values, SMALLEST_EIGENVALUE)) @ vectors.T
    scale = 1.0 / np.sqrt(np.diag(definite))
    return np.asarray(definite * scale[:, None] * scale[None, :])
