"""Keyed uniforms: every draw is a pure function of (seed, kind, key, iteration).

A stream is a 64-bit key hashed from the seed, the kind of thing that draws
(``task``, ``risk``, ``driver``, ``existence``) and its text key. Word ``w`` of
the stream is SplitMix64 [1]_ of ``key + w``; its low half serves iteration
``2w``, its high half iteration ``2w + 1``. Nothing is remembered between
draws, so adding, removing or editing a task leaves every other draw as it was,
and blocks may be computed in any order by any number of workers.

References
----------
.. [1] G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number
   generators", OOPSLA 2014, :doi:`10.1145/2660193.2660195`.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

GOLDEN_GAMMA = 0x9E3779B97F4A7C15
MIX_1 = 0xBF58476D1CE4E5B9
MIX_2 = 0x94D049BB133111EB


def stream_key(seed: int, kind: str, key: str) -> int:
    """Return the 64-bit key of one stream of draws.

    Parameters
    ----------
    seed : int
        Seed of the simulation.
    kind : str
        What draws: ``task``, ``risk``, ``impact``, ``driver``, ``existence``.
    key : str
        The text key of that thing, the same in every scenario.

    Examples
    --------
    >>> stream_key(1, "task", "A") == stream_key(1, "task", "A")
    True
    >>> stream_key(1, "task", "A") == stream_key(1, "risk", "A")
    False
    """
    text = f"{seed}\x1f{kind}\x1f{key}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def uniforms(stream: int, iterations: int, *, first: int = 0) -> NDArray[np.float64]:
    """Return the uniforms that one stream gives to consecutive iterations.

    The plain form of what the kernel does row by row; tests and rare paths
    use it.

    Parameters
    ----------
    stream : int
        A key from :func:`stream_key`.
    iterations : int
        How many uniforms.
    first : int, optional
        The iteration at which to begin.

    Returns
    -------
    uniforms : ndarray (iterations,)
        Multiples of 2⁻²⁵ strictly between 0 and 1, symmetric about ½.

    Examples
    --------
    >>> some = uniforms(stream_key(1, "task", "A"), 10_000)
    >>> bool(0 < some.min() and some.max() < 1), round(float(some.mean()), 1)
    (True, 0.5)
    >>> bool((uniforms(7, 5, first=3) == uniforms(7, 8)[3:]).all())
    True
    """
    bits = random_bits(stream, iterations, first=first)
    odd = ((bits >> np.uint32(8)) & np.uint32(0x7FFFFF)).astype(np.float64) * 2.0 + 1.0
    tail = odd * 2.0**-25
    return np.where(bits >> np.uint32(31) == 1, 1.0 - tail, tail)


def random_bits(stream: int, iterations: int, *, first: int = 0) -> NDArray[np.uint32]:
    """Return the 32 random bits that a stream gives to each iteration."""
    start, stop = first // 2, (first + iterations + 1) // 2
    words = np.arange(start, stop, dtype=np.uint64) + np.uint64(stream)
    words += np.uint64(GOLDEN_GAMMA)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(MIX_1)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(MIX_2)
    words ^= words >> np.uint64(31)
    halves = np.empty(2 * words.size, dtype=np.uint32)
    halves[0::2] = words.astype(np.uint32)
    halves[1::2] = (words >> np.uint64(32)).astype(np.uint32)
    offset = first - 2 * start
    return halves[offset : offset + iterations]
