"""A matrix made smaller: each number stands for a block, without the picture telling a lie.

The strongest of a block shows a stripe or a single spot that would be lost, but makes a matrix
that is half empty look full. Where it does, a matrix that is mostly full is sampled instead, and
any other is not made smaller at all.
"""

import math
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache
from typing import Literal, TypeVar

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.panels import Heatmap
from tui_transformer.render.heatmap_shades import Range
from tui_transformer.render.palette import LEVELS

T = TypeVar("T")
Way = Literal["strongest", "sampled", "none"]
Asked = tuple[Heatmap, int, int, Way]  # how blocks of so many rows and columns may be made one
_log: ContextVar[list[Asked] | None] = ContextVar("log", default=None)
LIT = 0.25  # of the way from nothing to the strongest colour, from which on a cell is lit
APART = 0.1  # the share of lit cells in a picture is no further from the true one


def way(panel: Heatmap, tall: int, wide: int) -> Way:
    """Choose how blocks of a panel may be made one number each."""
    if tall == wide == 1:
        return "strongest"
    found = _by_numbers(panel, tall, wide)
    if (log := _log.get()) is not None:
        log.append((panel, tall, wide, found))
    return found


def heard(lay_out: Callable[[], T]) -> tuple[T, list[Asked]]:
    """Lay something out, and tell what it asked the numbers of a matrix, and was answered."""
    asked: list[Asked] = []
    before = _log.set(asked)
    try:
        return lay_out(), asked
    finally:
        _log.reset(before)


@lru_cache(maxsize=32)
def _by_numbers(panel: Heatmap, tall: int, wide: int) -> Way:
    values = np.atleast_2d(np.asarray(panel.values, float))
    if not values.size:
        return "strongest"
    signed, seen = panel.scale == "diverging", _whole(panel)
    true = float(np.mean(seen))
    if signed and np.isneginf(values).any():  # the farthest from zero, and never lit
        strongest = lit(pool(values, tall, wide, signed), Range.of(panel), signed)
    else:  # the strongest of a block is lit where any of it is
        strongest = _blocks(np.logical_or, seen, tall, wide)
    if abs(float(np.mean(strongest)) - true) <= APART:
        return "strongest"
    sampled = float(np.mean(sample(seen, tall, wide)))
    return "sampled" if true > 0.5 and abs(sampled - true) <= APART else "none"


@lru_cache(maxsize=16)
def _whole(panel: Heatmap) -> Array:
    """Say which of all numbers are lit: once for all blocks."""
    values = np.atleast_2d(np.asarray(panel.values, float))
    return lit(values, Range.of(panel), panel.scale == "diverging")


def lit(values: Array, reach: Range, signed: bool) -> Array:
    """Say which numbers are told from nothing by their colour."""
    levels = reach.levels(values)
    if not signed:
        return levels >= math.ceil(LIT * (LEVELS - 1))
    return (np.abs(2 * levels - (LEVELS - 1)) >= LIT * (LEVELS - 1)) & (levels >= 0)


def sample(values: Array, tall: int, wide: int) -> Array:
    """Take the first of every tall × wide block."""
    return values[::tall, ::wide]


def pool(values: Array, tall: int, wide: int, signed: bool) -> Array:
    """Take the largest of every tall × wide block, signed: the one farthest from zero.

    NaN counts only where there is nothing else. [r, c] → [⌈r/tall⌉, ⌈c/wide⌉].
    """
    with np.errstate(all="ignore"):
        high = _blocks(np.fmax, values, tall, wide).astype(float)
        if not signed:
            return high
        low = _blocks(np.fmin, values, tall, wide).astype(float)
        return np.where(high >= -low, high, low)


def _blocks(take: np.ufunc, values: Array, tall: int, wide: int) -> Array:
    # Transposing in between keeps both passes along memory: four times faster.
    down = _rows(take, values, tall)
    return _rows(take, np.ascontiguousarray(down.T), wide).T


def _rows(take: np.ufunc, values: Array, size: int) -> Array:
    whole = len(values) // size
    blocks = values[: whole * size].reshape(whole, size, values.shape[1])
    taken: Array = take.reduce(blocks, axis=1) if whole else values[:0]
    if whole * size < len(values):
        taken = np.concatenate([taken, take.reduce(values[whole * size :], axis=0)[None]])
    return taken
