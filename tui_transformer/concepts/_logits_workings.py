"""The arithmetic of the concept `logits`, with the numbers as the chosen precision holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.logits import Logits

NAMES = ("cat", "dog")
# How well arithmetic in float64 agrees with what was computed in each precision.
WITHIN = {"float32": 1e-5, "float64": 1e-9}


def shown(m: Logits, symbols: str, expression: str, amount: float, of: str) -> Working:
    """Make a working that holds to what the precision allows."""
    return Working(symbols, expression, amount, of, WITHIN[m.precision])


def z(m: Logits, i: int) -> str:
    """Write a logit as softmax gets it."""
    return n(float(m.z[i]))


def lowered(m: Logits, i: int) -> str:
    """Write a logit with the largest subtracted."""
    return f"{z(m, i)} - {n(float(m.z.max()))}"


def logit_working(m: Logits, i: int) -> Working:
    """Show how offset and ReLU make the logit that softmax gets."""
    kind = m.raw.dtype.type
    both = f"{n(float(kind((m.cat, m.dog)[i])))} + {n(float(kind(m.offset)))}"
    symbols = f"z = {NAMES[i]} + offset"
    return shown(
        m,
        f"max(0, {symbols[4:]})" if m.relu_first else symbols,
        f"max(0, {both})" if m.relu_first else both,
        float(m.z[i]),
        "log_odds",
    )


def probability_working(m: Logits, i: int) -> Working:
    """Show a probability with the largest logit subtracted."""
    exponentials = total(f"exp({lowered(m, j)})" for j in range(2))
    return shown(
        m,
        f"p({NAMES[i]}) = e^(z − max) / Σ e^(z − max)",
        f"exp({lowered(m, i)}) / {exponentials}",
        float(m.probabilities[i]),
        "probabilities",
    )


def sigmoid_working(m: Logits) -> Working:
    """Show that a class's probability is σ of the difference; of the one that is not nearly 1."""
    right = NAMES.index(m.label)
    this = 1 - right if m.probabilities[right] == 1 else right
    name, other = NAMES[this], NAMES[1 - this]
    return shown(
        m,
        f"p({name}) = σ(z_{name} − z_{other}), σ(x) = 1/(1 + e^−x)",
        f"1 / (1 + exp(-({z(m, this)} - {z(m, 1 - this)})))",
        float(m.probabilities[this]),
        "probabilities",
    )


def price_working(m: Logits, i: int) -> Working:
    """Show −ln p without taking the logarithm of something that is nearly 1."""
    apart = float(m.z[1 - i]) - float(m.z[i])
    return shown(
        m,
        f"−ln p({NAMES[i]}) = ln(1 + e^x), x = z_{NAMES[1 - i]} − z_{NAMES[i]}",
        ACTIVATIONS["softplus"].worked(apart, f"({z(m, 1 - i)} - {z(m, i)})"),
        float(m.prices[i]),
        "cross_entropy",
    )


def power_working(m: Logits, i: int) -> Working:
    """Show e^z as it stands; floats near 0 are coarse, so that agreement is coarse there too."""
    e = float(m.powers[i])
    coarse = float(np.finfo(m.powers.dtype).smallest_subnormal) / e
    return Working(
        f"e^z_{NAMES[i]}",
        f"exp({z(m, i)})",
        e,
        "naive_probabilities",
        max(WITHIN[m.precision], coarse),
    )


def plain_working(m: Logits, i: int, p: float) -> Working:
    """Show the plain form with the floats that it has."""
    e = [n(float(x)) for x in m.powers]
    return shown(
        m,
        f"p({NAMES[i]}) = e^z / Σ e^z, as it stands",
        f"{e[i]} / ({e[0]} + {e[1]})",
        p,
        "naive_probabilities",
    )
