"""The arithmetic of the concept `logits`, with the numbers as the chosen precision holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_transformer.nn.activations import ACTIVATIONS
from tui_transformer.working import Working, n, total

if TYPE_CHECKING:
    from tui_transformer.concepts.logits import Logits

NAMES = ("cat", "dog")


def rounded(m: Logits, expression: str) -> str:
    """Write one step as it was computed: in float32 its result is rounded to that."""
    return f"float32({expression})" if m.precision == "float32" else expression


def z(m: Logits, i: int) -> str:
    """Write a logit as softmax gets it."""
    return n(float(m.z[i]))


def apart(m: Logits, i: int) -> str:
    """Write z of a class minus z of the other."""
    return rounded(m, f"{z(m, i)} - {z(m, 1 - i)}")


def lowered(m: Logits, i: int) -> str:
    """Write a logit with the largest subtracted."""
    return rounded(m, f"{z(m, i)} - {n(float(m.z.max()))}")


def power(m: Logits, i: int) -> str:
    """Write e^(z − max)."""
    return rounded(m, f"exp({lowered(m, i)})")


def logit_working(m: Logits, i: int) -> Working:
    """Show how offset and ReLU make the logit that softmax gets."""
    kind = m.raw.dtype.type
    both = rounded(m, f"{n(float(kind((m.cat, m.dog)[i])))} + {n(float(kind(m.offset)))}")
    symbols = f"z = {NAMES[i]} + offset"
    return Working(
        f"max(0, {symbols[4:]})" if m.relu_first else symbols,
        f"max(0, {both})" if m.relu_first else both,
        float(m.z[i]),
        "log_odds",
    )


def probability_working(m: Logits, i: int) -> Working:
    """Show a probability with the largest logit subtracted; in float32 of the e^… as they are."""
    e = [power(m, j) for j in range(2)]
    if m.precision == "float32":
        e = [n(float(x)) for x in m.lowered_powers]
    return Working(
        f"p({NAMES[i]}) = e^(z − max) / Σ e^(z − max)",
        rounded(m, f"{e[i]} / {rounded(m, total(e))}"),
        float(m.probabilities[i]),
        "probabilities",
    )


def sigmoid_working(m: Logits) -> Working:
    """Show that a class's probability is σ of the difference; of the one that is not nearly 1.

    In float32 that way rounds otherwise than the one that was taken, which is then shown.
    """
    right = NAMES.index(m.label)
    this = 1 - right if m.probabilities[right] == 1 else right
    if m.precision == "float32":
        return probability_working(m, this)
    name, other = NAMES[this], NAMES[1 - this]
    return Working(
        f"p({name}) = σ(z_{name} − z_{other}), σ(x) = 1/(1 + e^−x)",
        f"1 / (1 + exp(-({z(m, this)} - {z(m, 1 - this)})))",
        float(m.probabilities[this]),
        "probabilities",
    )


def price_working(m: Logits, i: int) -> Working:
    """Show −ln p without taking the logarithm of something that is nearly 1."""
    gap = float(m.z[1 - i] - m.z[i])
    return Working(
        f"−ln p({NAMES[i]}) = ln(1 + e^x), x = z_{NAMES[1 - i]} − z_{NAMES[i]}",
        rounded(m, ACTIVATIONS["softplus"].worked(gap, f"({apart(m, 1 - i)})")),
        float(m.prices[i]),
        "cross_entropy",
    )


def power_working(m: Logits, i: int) -> Working:
    """Show e^z as it stands."""
    return Working(
        f"e^z_{NAMES[i]}",
        rounded(m, f"exp({z(m, i)})"),
        float(m.powers[i]),
        "naive_probabilities",
    )


def plain_working(m: Logits, i: int, p: float) -> Working:
    """Show the plain form with the floats that it has."""
    e = [n(float(x)) for x in m.powers]
    return Working(
        f"p({NAMES[i]}) = e^z / Σ e^z, as it stands",
        rounded(m, f"{e[i]} / {rounded(m, f'({e[0]} + {e[1]})')}"),
        p,
        "naive_probabilities",
    )
