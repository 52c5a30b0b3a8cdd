"""The sorter with rounded weights: what was computed once is kept."""

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.concepts import _sorter_weights as sorter
from tui_transformer.nn import gpt
from tui_transformer.nn import quantization as nn
from tui_transformer.nn.fast import gpt as fast
from tui_transformer.nn.gpt import Pass
from tui_transformer.nn.made_up.sorting import INPUTS, LENGTH, PLAN, every_input

# One weight of the first layer made as many times as large as the largest beside it.
OUTLIER, AT, TIMES = "block_0.feed_forward.w_1", (30, 104), 10.0
LAYERS = tuple(str(layer + 1) for layer in range(PLAN.layers))


class How(NamedTuple):
    """How the weights are rounded."""

    bits: int
    per: str
    layer: str
    outlier: bool


@cache
def before(outlier: bool) -> dict[str, Array]:
    """The trained weights in float32, as they are stored; with the outlier put in, or without."""
    weights = {name: w.astype(np.float32) for name, w in sorter.trained().items()}
    if outlier:
        matrix = weights[OUTLIER].copy()
        matrix[AT] = TIMES * np.abs(matrix).max()
        weights[OUTLIER] = matrix
    return weights


def matrices(layer: str) -> list[str]:
    """The names of what is rounded: every matrix, or those of one layer; never biases or gains."""
    start = "" if layer == "all" else f"block_{int(layer) - 1}."
    shapes = PLAN.shapes()
    return [name for name in shapes if len(shapes[name]) == 2 and name.startswith(start)]


@lru_cache(maxsize=256)
def scales(how: How) -> dict[str, Array]:
    """What one level is worth, by matrix: [1], or one for each column."""
    weights = before(how.outlier)
    return {
        name: nn.scales(weights[name], how.bits, how.per == "column")
        for name in matrices(how.layer)
    }


@lru_cache(maxsize=32)
def after(how: How) -> dict[str, Array]:
    """The weights that the network runs with, float32."""
    weights = dict(before(how.outlier))
    for name in matrices(how.layer):
        weights[name] = nn.rounded(weights[name], how.bits, how.per == "column")
    return weights


def errors(how: How) -> dict[str, Array]:
    """How far each weight moved, by matrix."""
    weights, rounded = before(how.outlier), after(how)
    return {
        name: np.abs(weights[name].astype(float) - rounded[name]) for name in matrices(how.layer)
    }


@lru_cache(maxsize=256)
def worst(how: How) -> tuple[str, tuple[int, int]]:
    """The matrix and the place of the weight that moved farthest."""
    moved = errors(how)
    name = max(moved, key=lambda each: float(moved[each].max()))
    row, column = np.unravel_index(int(moved[name].argmax()), moved[name].shape)
    return name, (int(row), int(column))


@cache
def lines() -> Array:
    """All 729 lines with their answers behind them, as tokens [729, 12]."""
    given = every_input()
    return np.concatenate([given, np.sort(given, axis=1)], axis=1)


@lru_cache(maxsize=256)
def asked(how: How) -> Array:
    """What is said where an answer is due, the right ones so far read, [729, 6, 3].

    A line comes out sorted exactly if each of its six letters would after the right ones before.
    """
    return fast.logits(PLAN, after(how), lines()[:, :-1])[:, LENGTH - 1 :]


def margins(logits: Array) -> Array:
    """By how much the right letter leads where it leads least, [729, 6, 3] → [729]."""
    right = np.eye(logits.shape[-1], dtype=bool)[lines()[:, LENGTH:]]  # [729, 6, 3]
    lead = logits[right].reshape(INPUTS, LENGTH) - np.where(right, -np.inf, logits).max(axis=2)
    return lead.min(axis=1)


@lru_cache(maxsize=256)
def sorted_right(how: How) -> int:
    """How many of the lines come out sorted."""
    return int(np.sum(margins(asked(how)) > 0))


@lru_cache(maxsize=64)
def run(how: How, line: int) -> Pass:
    """Everything that happens while one of the lines is read."""
    return gpt.forward(PLAN, after(how), lines()[line, :-1])
