"""What one block of iterations draws: risks, common factors, durations."""

import numpy as np

from simulations.engine.compiling import inlined
from simulations.engine.kernels.arrays import Network, Scratch
from simulations.engine.kernels.rows import (
    BLOCK,
    FIXED,
    FULL,
    Laws,
    Row32,
    RowBits,
    bits_of_normals,
    draw_words,
    normal_row,
    ranks_row,
    sample_row,
)

HUNDREDTHS_OF_PER_CENT = 10_000.0


@inlined
def draw_risks(net: Network, block: int, scratch: Scratch) -> None:
    """Draw each risk once for all the tasks that it touches."""
    for risk in range(len(net.risk_chance)):
        words = scratch.spare.words
        draw_words(net.risk_stream[risk], block, words)
        row = scratch.happens[risk]
        ranks_row(words.view(np.uint32), row)
        chance = net.risk_chance[risk]
        for k in range(BLOCK):
            row[k] = np.int32(row[k] < chance)
        draw_words(net.impact_stream[risk], block, words)
        sizes, bits = scratch.size_bits[risk], words.view(np.uint32)
        for k in range(BLOCK):
            sizes[k] = bits[k]


@inlined
def draw_factors(net: Network, block: int, scratch: Scratch) -> None:
    """Draw the normals that correlated tasks are mixed of."""
    for factor in range(len(net.factor_stream)):
        words = scratch.spare.words
        draw_words(net.factor_stream[factor], block, words)
        normal_row(words.view(np.uint32), scratch.normals[factor], scratch.spare)


@inlined
def draw_bits(net: Network, task: int, block: int, scratch: Scratch) -> None:
    """Fill the spare words with a task's random bits, correlated where it is."""
    words = scratch.spare.words
    first, last = net.mix_first[task], net.mix_first[task + 1]
    if first == last:
        draw_words(net.stream[task], block, words)
        return
    mixed = scratch.spare.near
    for k in range(BLOCK):
        mixed[k] = np.float32(0.0)
    for place in range(first, last):
        normals = scratch.normals[net.mix_factor[place]]
        weight = net.mix_weight[place]
        for k in range(BLOCK):
            mixed[k] += weight * normals[k]
    bits_of_normals(mixed, words.view(np.uint32))


@inlined
def draw_duration(
    net: Network, laws: Laws, task: int, block: int, out: Row32, scratch: Scratch
) -> None:
    """Draw a task's duration: its law, then its risks, then whether it exists."""
    law = net.law[task]
    words = scratch.spare.words
    if laws.kind[law] != FIXED:
        draw_bits(net, task, block, scratch)
    sample_row(laws, law, words.view(np.uint32), out, scratch.spare)
    if net.impact_first[task] < net.impact_first[task + 1]:
        add_impacts(net, laws, task, out, scratch)
    if net.existence[task] < FULL:
        draw_words(net.existence_stream[task], block, words)
        ranks_row(words.view(np.uint32), scratch.impact)
        chance = net.existence[task]
        for k in range(BLOCK):
            out[k] = out[k] if scratch.impact[k] < chance else np.int32(0)


@inlined
def add_impacts(net: Network, laws: Laws, task: int, out: Row32, scratch: Scratch) -> None:
    """Add what the risks that happened cost this task; nothing falls below zero."""
    impact = scratch.impact
    base = scratch.base
    for k in range(BLOCK):
        base[k] = out[k]
    for place in range(net.impact_first[task], net.impact_first[task + 1]):
        risk = net.impact_risk[place]
        happens = scratch.happens[risk]
        bits: RowBits = scratch.size_bits[risk]
        sample_row(laws, net.impact_law[place], bits, impact, scratch.spare)
        if net.impact_relative[place]:
            for k in range(BLOCK):
                share = float(impact[k]) / HUNDREDTHS_OF_PER_CENT
                impact[k] = np.int32(np.floor(float(base[k]) * share + 0.5))
        for k in range(BLOCK):
            out[k] += impact[k] * happens[k]
    for k in range(BLOCK):
        out[k] = max(out[k], np.int32(0))
