"""The keys of many streams of draws at once.

Hashing the texts of a thousand tasks one by one takes a fiftieth of their
simulation of 10,000 iterations. Short texts fill one block of
BLAKE2b [1]_, so 64 of them are hashed side by side in vector code.

References
----------
.. [1] M.-J. Saarinen, J.-P. Aumasson, "The BLAKE2 Cryptographic Hash and
   Message Authentication Code (MAC)", RFC 7693, 2015, :doi:`10.17487/RFC7693`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulations.engine.compiling import compiled, inlined
from simulations.engine.sampling.keyed import stream_key

FEW = 16
LANES = 64
TEXT_BYTES, TEXT_WORDS, STATE_WORDS = 128, 16, 16
ROUNDS = 12
BEGIN = np.array(
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ],
    np.uint64,
)  # fmt: skip
# No key, one leaf, a digest of eight bytes.
PARAMETERS = np.uint64(0x0101_0008)
LAST = np.uint64((1 << 64) - 1)
SIGMA = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ],
    np.int64,
)

Words = NDArray[np.uint64]
Bytes = NDArray[np.uint8]


def stream_keys(seed: int, kind: str, keys: Sequence[str]) -> Words:
    """Return :func:`simulations.engine.sampling.keyed.stream_key` of several things of one kind.

    Parameters
    ----------
    seed, kind : int, str
        Seed of the simulation, and what draws.
    keys : sequence of str
        Their text keys.

    Returns
    -------
    streams : uint64 (keys,)
        In the same order.

    Examples
    --------
    >>> stream_keys(1, "task", ["A", "B"]).tolist() == [
    ...     stream_key(1, "task", "A"), stream_key(1, "task", "B")
    ... ]
    True
    """
    if len(keys) < FEW:
        return np.array([stream_key(seed, kind, key) for key in keys], np.uint64)
    begin = f"{seed}\x1f{kind}\x1f".encode()
    joined = "".join(keys)
    if joined.isascii():
        text, sizes = joined.encode(), list(map(len, keys))
    else:
        texts = [key.encode("utf-8", "surrogatepass") for key in keys]
        text, sizes = b"".join(texts), list(map(len, texts))
    size = np.array(sizes, np.int64)
    found = np.empty(len(keys), np.uint64)
    read, prefix = np.frombuffer(text, np.uint8), np.frombuffer(begin, np.uint8)
    hash_texts(prefix, read, size, *_room(), found)
    for row in np.flatnonzero(size > TEXT_BYTES - len(begin)).tolist():
        found[row] = stream_key(seed, kind, keys[row])
    return found


def _room() -> tuple[Words, Words]:
    return np.zeros((LANES, TEXT_WORDS), np.uint64), np.zeros(
        (STATE_WORDS + TEXT_WORDS, LANES), np.uint64
    )


@compiled
def hash_texts(
    prefix: Bytes, text: Bytes, size: NDArray[np.int64], block: Words, state: Words, found: Words
) -> None:
    """Fill in the hashes of a prefix and each text; of longer texts than one block, anything.

    ``block`` (64, 16) holds the words of 64 texts, ``state`` (32, 64) the working
    vectors of their hashes and, below them, the same words side by side.
    """
    letters = block.view(np.uint8)
    before = len(prefix)
    place = 0
    for first in range(0, len(size), LANES):
        some = min(LANES, len(size) - first)
        for lane in range(some):
            length = size[first + lane]
            if before + length <= TEXT_BYTES:
                for k in range(before):
                    letters[lane, k] = prefix[k]
                for k in range(length):
                    letters[lane, before + k] = text[place + k]
                for k in range(before + length, TEXT_BYTES):
                    letters[lane, k] = np.uint8(0)
            place += length
            state[12, lane] = BEGIN[4] ^ np.uint64(before + length)
        for word in range(TEXT_WORDS):
            for lane in range(LANES):
                state[STATE_WORDS + word, lane] = block[lane, word]
        begin_states(state)
        for one in range(ROUNDS):
            order = SIGMA[one % len(SIGMA)]
            mix_row(state, 0, 4, 8, 12, order[0], order[1])
            mix_row(state, 1, 5, 9, 13, order[2], order[3])
            mix_row(state, 2, 6, 10, 14, order[4], order[5])
            mix_row(state, 3, 7, 11, 15, order[6], order[7])
            mix_row(state, 0, 5, 10, 15, order[8], order[9])
            mix_row(state, 1, 6, 11, 12, order[10], order[11])
            mix_row(state, 2, 7, 8, 13, order[12], order[13])
            mix_row(state, 3, 4, 9, 14, order[14], order[15])
        for lane in range(some):
            found[first + lane] = BEGIN[0] ^ PARAMETERS ^ state[0, lane] ^ state[8, lane]


@inlined
def begin_states(state: Words) -> None:
    """Set working vectors to their begin; word 12, which holds the length, is set already."""
    for lane in range(LANES):
        for word in range(8):
            state[word, lane] = BEGIN[word]
        state[0, lane] ^= PARAMETERS
        for word in range(4):
            state[8 + word, lane] = BEGIN[word]
        state[13, lane] = BEGIN[5]
        state[14, lane] = BEGIN[6] ^ LAST
        state[15, lane] = BEGIN[7]


@inlined
def mix_row(state: Words, a: int, b: int, c: int, d: int, x: int, y: int) -> None:
    """Mix two words of each text into four of its state: the function G of RFC 7693."""
    for k in range(LANES):
        va = state[a, k] + state[b, k] + state[STATE_WORDS + x, k]
        vd = turned(state[d, k] ^ va, np.uint64(32))
        vc = state[c, k] + vd
        vb = turned(state[b, k] ^ vc, np.uint64(24))
        va += vb + state[STATE_WORDS + y, k]
        vd = turned(vd ^ va, np.uint64(16))
        vc += vd
        state[a, k], state[c, k], state[d, k] = va, vc, vd
        state[b, k] = turned(vb ^ vc, np.uint64(63))


@inlined
def turned(word: np.uint64, by: np.uint64) -> np.uint64:
    """Return a word with its bits turned to the right."""
    return np.uint64((word >> by) | (word << (np.uint64(64) - by)))
