"""A softmax row on the screen: its weights, never written 0 or 1, not even where a float is.

z are the scores as softmax gets them.
"""

import math
from collections.abc import Sequence

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn import attention as nn
from tui_transformer.nn.softmax import log_softmax, log_sum_exp
from tui_transformer.numbers import probability
from tui_transformer.pieces import Cell, Role, cell
from tui_transformer.terms import Operand

TINY, NEARLY_ONE = 1e-300, 0.999999  # beyond them a weight would be written 0 or 1


def written(z: Array, j: int) -> str:
    """Write a weight so that it is never 0 or 1, not even where a float can only be that."""
    w = float(nn.weights(z)[j])
    if w < TINY:
        return from_log(float(log_softmax(z)[j]))
    if w <= NEARLY_ONE:
        return probability(w, 4)
    return f"1−{from_log(float(log_sum_exp(np.delete(z, j)) - log_sum_exp(z)))}"


def _together(w: float, z: Array, places: Sequence[int]) -> str:
    """Write what some weights add up to where that is nearly 0 or 1, so that it is neither."""
    whole = log_sum_exp(z)
    if w < TINY:
        return from_log(float(log_sum_exp(z[list(places)]) - whole))
    return f"1−{from_log(float(log_sum_exp(np.delete(z, list(places))) - whole))}"


def from_log(log_x: float) -> str:
    """Write e^log_x in powers of ten, however small it is."""
    exponent = log_x / math.log(10)
    return f"{10 ** (exponent % 1):.1f}e{math.floor(exponent):+03d}"


def sum_cell(
    weights: Array, z: Array, places: Sequence[int], role: Role = "output", decimals: int = 4
) -> Cell:
    """Show what some of the weights add up to."""
    w = math.fsum(weights[[*places]])
    if TINY <= w <= NEARLY_ONE:
        return Cell(w, "probability", decimals, role)
    return Cell(_together(w, z, places), "text", role=role)


def weight_cell(w: Operand, z: Array, j: int, role: Role = "output") -> Cell:
    """Show a weight; where it is too close to 0 or 1 for a short number, as text."""
    if TINY <= w.value <= NEARLY_ONE:
        return cell(w, "probability", 4, role)
    return Cell(written(z, j), "text", role=role)
