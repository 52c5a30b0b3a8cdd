"""The plots of the concept `logits`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.figure import Array, Axis, Line, Plot, Points, Rule
from tui_transformer.nn.activations import sigmoid
from tui_transformer.numbers import number

if TYPE_CHECKING:
    from tui_transformer.concepts.logits import Logits

OFFSETS = np.linspace(-1000, 1000, 201)
EVERY = 5  # of these offsets, every so many is tried with the plain form


def sigmoid_plot(m: Logits) -> Plot:
    """p(cat) over the log-odds, with this pair on it."""
    reach = max(8.0, 1.2 * abs(m.log_odds))
    x = np.linspace(-reach, reach, 241)
    return Plot(
        "p(cat) = σ(log-odds)",
        (
            Rule(0.5),
            Rule(0.0, upright=True, label="torn"),
            Line(x, sigmoid(x), "first"),
            Points(
                [m.log_odds],
                [float(m.probabilities[0])],
                "output",
                marker="◆",
                labels=(number(m.log_odds, 5),),
            ),
        ),
        Axis("log-odds", -reach, reach),
        Axis("p(cat)", 0, 1),
        height=8,
        width=25,
    )


def offset_plot(m: Logits) -> Plot:
    """The log-odds at every offset, computed both ways in this precision."""
    careful, plain = sweep(m, lambda z: z[:, 0] - z[:, 1]), sweep(m, plain_log_odds)
    reach = 1.15 * max(1.0, float(np.max(np.abs(careful))))
    low, high = (0.0, reach) if m.cat >= m.dog else (-reach, 0.0)
    return Plot(
        "Log-odds at every offset, both ways",
        (
            Rule(m.offset, upright=True, role="cursor", label="offset"),
            Line(OFFSETS, careful, "output", "carefully"),
            Points(OFFSETS[::EVERY], plain[::EVERY], "second", "plain", marker="○"),
        ),
        Axis("offset", -1000, 1000),
        Axis("ln(p_cat/p_dog)", low, high),
        height=8,
    )


def sweep(m: Logits, use: Callable[[Array], Array]) -> Array:
    """Compute something of the logits at every offset, `use` being [offsets, 2] → [offsets]."""
    kind = m.raw.dtype.type
    z = np.array([m.cat, m.dog], kind) + OFFSETS.astype(kind)[:, np.newaxis]
    return use(np.maximum(z, kind(0)) if m.relu_first else z)


def plain_log_odds(z: Array) -> Array:
    """Take the log-odds from the plain form's probabilities; NaN where it gives none."""
    with np.errstate(all="ignore"):
        e = np.exp(z)
        p = e / np.sum(e, axis=1, keepdims=True)
        odds = np.log(p[:, 0] / p[:, 1])
    return np.where(np.isfinite(odds), odds, np.nan)
