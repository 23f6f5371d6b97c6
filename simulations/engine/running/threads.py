"""Work shared by threads: the kernel holds no interpreter lock."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def each(
    work: Callable[[Piece], Result], pieces: Sequence[Piece], workers: int
) -> Iterator[Result]:
    """Yield what every piece gives: in turn, or as they are done by several threads.

    Examples
    --------
    >>> sorted(each(abs, [-1, 2, -3], 2))
    [1, 2, 3]
    """
    workers = min(workers, len(pieces))
    if workers <= 1:
        yield from map(work, pieces)
        return
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(work, piece) for piece in pieces]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def cut(count: int, pieces: int) -> list[tuple[int, int]]:
    """Cut so many things into pieces as equal as can be: where each begins, and how many it has.

    Examples
    --------
    >>> cut(10, 4)
    [(0, 2), (2, 3), (5, 2), (7, 3)]
    """
    pieces = max(min(pieces, count), 1)
    edges = [count * place // pieces for place in range(pieces + 1)]
    return [(low, high - low) for low, high in itertools.pairwise(edges)]
