"""Norms of a stream, row by row."""

import numpy as np

from tui_transformer.nn import norms
from tui_transformer.steps import linear
from tui_transformer.terms import DOUBLE, Named, operand, sqrt


def moments(name: str, x: Named, unit: float = DOUBLE) -> tuple[Named, Named]:
    """Name the mean and the variance of every row of x, [n, d] → [n], [n]."""
    means, variances = np.mean(x.values, axis=-1), np.var(x.values, axis=-1)
    mean = Named(
        f"{name}.mean", means, lambda i: linear.mean(x.row(i)), "Σ x / n, over the row", unit
    )
    variance = Named(
        f"{name}.variance",
        variances,
        lambda i: linear.variance(x.row(i), mean[i]),
        "Σ (x − mean)² / n, over the row",
        unit,
    )
    return mean, variance


def layer_norm(
    name: str, x: Named, gain: Named, bias: Named, epsilon: float = 1e-5, unit: float = DOUBLE
) -> Named:
    """Norm every row of x, [n, d], and name its mean and its variance on the way."""
    values = norms.layer_norm(x.values, gain.values, bias.values, epsilon).y
    mean, variance = moments(name, x, unit)
    small = operand("ε", epsilon)
    return Named(
        name,
        values,
        lambda i, j: linear.layer_norm(x[i, j], mean[i], variance[i], gain[j], bias[j], small),
        f"{name.rpartition('.')[2]}: gain·(x − mean)/√(variance + ε) + bias, over the row",
        unit,
    )


def rms_norm(
    name: str, x: Named, gain: Named, epsilon: float = 1e-6, unit: float = DOUBLE
) -> Named:
    """Divide every row of x, [n, d], by its root mean square, and name the mean square."""
    squares = np.mean(x.values * x.values, axis=-1)
    square = Named(
        f"{name}.mean_square",
        squares,
        lambda i: linear.mean_square(x.row(i)),
        "Σ x² / n, over the row",
        unit,
    )
    values = gain.values * (x.values / np.sqrt(squares + x.values.dtype.type(epsilon))[:, None])
    small = operand("ε", epsilon)
    return Named(
        name,
        values,
        lambda i, j: gain[j] * x[i, j] / sqrt(square[i] + small),
        f"{name.rpartition('.')[2]}: gain·x/√(mean square + ε), over the row",
        unit,
    )
