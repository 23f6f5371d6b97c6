"""Work shared by threads: the kernel holds no interpreter lock."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def each(
    work: Callable[[Piece], Result], pieces: Sequence[Piece], workers: int
) -> Iterator[Result]:
    """Yield what every piece gives, as they are done; whoever asks is one of the workers.

    One thread fewer to start, and none that only waits and takes a core from the others.

    Examples
    --------
    >>> sorted(each(abs, [-1, 2, -3], 2))
    [1, 2, 3]
    """
    workers = min(workers, len(pieces))
    if workers <= 1:
        yield from map(work, pieces)
        return
    # Taking the next of a list is one step of the interpreter, for all threads.
    left = iter(list(pieces))
    done: SimpleQueue[Result] = SimpleQueue()

    def help_along() -> None:
        for piece in left:
            done.put(work(piece))

    with ThreadPoolExecutor(workers - 1) as pool:
        helpers = [pool.submit(help_along) for _ in range(workers - 1)]
        try:
            for piece in left:
                yield work(piece)
                yield from _taken(done)
            for helper in helpers:
                helper.result()
        finally:
            for _ in left:  # nobody takes what is left when the work is given up
                pass
    yield from _taken(done)


def _taken(done: SimpleQueue[Result]) -> Iterator[Result]:
    with_some = True
    while with_some:
        try:
            yield done.get_nowait()
        except Empty:
            with_some = False


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
