"""What is too much for `make test` is asked in part there, chosen by a seed, and whole once a day.

A test that takes ``chosen`` runs twice: with some of what it asks, and marked ``long`` with all.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any, TypeVar

import pytest

SEED = 20261127

First = TypeVar("First")
Second = TypeVar("Second")
Chosen = Callable[[Iterable[First], Iterable[Second]], Iterator[tuple[First, Second]]]


def all_pairs(first: Iterable[First], second: Iterable[Second]) -> Iterator[tuple[First, Second]]:
    """Yield every pair, the first ones in turn for each of the second."""
    for two, one in product(list(second), list(first)):
        yield one, two


def some_pairs(most: int) -> Chosen[Any, Any]:
    """Return what yields each of the second, with so many of the first."""

    def chosen(first: Iterable[First], second: Iterable[Second]) -> Iterator[tuple[First, Second]]:
        dice, every = random.Random(SEED), list(first)
        for two in second:
            for one in dice.sample(every, min(most, len(every))):
                yield one, two

    return chosen


def sampled(most: int) -> pytest.MarkDecorator:
    """Mark a test of pairs: ``most`` of each in `make test`, all of them in `make test-long`."""
    whole = pytest.param(all_pairs, id="all", marks=pytest.mark.long)
    return pytest.mark.parametrize("chosen", [pytest.param(some_pairs(most), id="some"), whole])
