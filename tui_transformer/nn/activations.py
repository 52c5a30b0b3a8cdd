"""The bends between the layers: activation functions and their derivatives.

Each takes a number or an array of any shape and gives the same shape back; float32 stays
float32, everything else becomes float64. None overflows, at ±1e308 or at infinity.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from tui_transformer.arrays import Array
from tui_transformer.nn.erf import as_real, erfc, erfc_narrow, in_parts, settled
from tui_transformer.records import dataclass

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Function = Callable[["ArrayLike"], Array]

# A result too small for a float is 0, which is what it should be.
_quiet = np.errstate(under="ignore")

# ── values and derivatives ─────────────────────────────────────────────────────────────

_TAIL = 40.0  # a bell curve has nothing left here, and its exponent still fits a float
_TANH_CUBE, _TANH_SCALE = 0.044715, math.sqrt(2.0 / math.pi)


def identity(x: ArrayLike) -> Array:
    """Pass x on."""
    return settled(as_real(x))


def identity_derivative(x: ArrayLike) -> Array:
    """Slope of the identity: 1 everywhere."""
    return settled(np.ones_like(as_real(x)))


def relu(x: ArrayLike) -> Array:
    """Pass what is positive, max(0, x). Nair & Hinton (2010)."""
    return np.maximum(as_real(x), 0.0)


def relu_derivative(x: ArrayLike) -> Array:
    """Slope of ReLU: 1 where x > 0, else 0; at the kink, by convention, 0."""
    x = as_real(x)
    return settled(x > 0, x.dtype)


@_quiet
def sigmoid(x: ArrayLike) -> Array:
    """Squash into 0..1: 1/(1 + e^−x), written so that no exponential overflows."""
    x = as_real(x)
    # e^x below zero and 1 above: to choose between them takes ten times as long as a power.
    return np.exp(np.minimum(x, 0.0)) / (1.0 + np.exp(-np.abs(x)))


@_quiet
def sigmoid_derivative(x: ArrayLike) -> Array:
    """Slope of the sigmoid, σ(1 − σ): ¼ at the most."""
    e = np.exp(-np.abs(as_real(x)))
    return settled(e / ((1.0 + e) * (1.0 + e)))


@_quiet
def tanh(x: ArrayLike) -> Array:
    """Squash into −1..1."""
    return np.tanh(as_real(x))


@_quiet
def tanh_derivative(x: ArrayLike) -> Array:
    """Slope of tanh, 1 − tanh²: 1 at the most."""
    return 4.0 * sigmoid_derivative(2.0 * np.clip(as_real(x), -1e30, 1e30))


@_quiet
def elu(x: ArrayLike) -> Array:
    """Pass what is positive, let the rest fade to −1: e^x − 1. Clevert et al. (2016), α = 1."""
    x = as_real(x)
    return settled(np.where(x > 0, x, np.expm1(np.minimum(x, 0.0))))


@_quiet
def elu_derivative(x: ArrayLike) -> Array:
    """Slope of ELU: 1 where x > 0, else e^x."""
    return np.exp(np.minimum(as_real(x), 0.0))


@_quiet
def gelu(x: ArrayLike) -> Array:
    """Weigh x by the chance Φ(x) that a normal draw is smaller. Hendrycks & Gimpel (2016)."""
    x = as_real(x)
    tail = _tail(x)
    return in_parts(lambda x: 0.5 * np.maximum(x, -_TAIL) * tail(x * -math.sqrt(0.5)), x)


@_quiet
def gelu_derivative(x: ArrayLike) -> Array:
    """Slope of GELU: Φ(x) + x·Φ′(x)."""
    x = as_real(x)
    tail = _tail(x)

    def slope(x: Array) -> Array:
        near = np.clip(x, -_TAIL, _TAIL)
        density = np.exp(-0.5 * near * near) / math.sqrt(2.0 * math.pi)
        return 0.5 * tail(near * -math.sqrt(0.5)) + near * density

    return in_parts(slope, x)


def _tail(x: Array) -> Function:
    """Choose how Φ is computed: as exactly as the type of x can show."""
    return erfc if x.dtype.itemsize > 4 else erfc_narrow


@_quiet
def gelu_tanh(x: ArrayLike) -> Array:
    """GELU as GPT-2 computes it, ½x(1 + tanh u). Hendrycks & Gimpel (2016), section 2.

    With u = √(2/π)(x + 0.044715x³); ½(1 + tanh u) is σ(2u), which keeps small results exact.
    """
    x = as_real(x)
    near = np.clip(x, -_TAIL, _TAIL)
    doubled = 2.0 * _TANH_SCALE * near * (1.0 + _TANH_CUBE * near * near)
    return settled(np.maximum(x, -_TAIL) * sigmoid(doubled))


@_quiet
def gelu_tanh_derivative(x: ArrayLike) -> Array:
    """Slope of GELU's tanh form."""
    near = np.clip(as_real(x), -_TAIL, _TAIL)
    doubled = 2.0 * _TANH_SCALE * near * (1.0 + _TANH_CUBE * near * near)
    doubled_slope = 2.0 * _TANH_SCALE * (1.0 + 3.0 * _TANH_CUBE * near * near)
    return settled(sigmoid(doubled) + near * doubled_slope * sigmoid_derivative(doubled))


@_quiet
def silu(x: ArrayLike) -> Array:
    """Weigh x by its own sigmoid, x·σ(x); also called Swish. Elfwing et al. (2018)."""
    x = as_real(x)
    return settled(np.maximum(x, -1e3) * sigmoid(x))


@_quiet
def silu_derivative(x: ArrayLike) -> Array:
    """Slope of SiLU: σ(x) + x·σ(x)(1 − σ(x))."""
    x = as_real(x)
    return settled(sigmoid(x) + np.clip(x, -1e3, 1e3) * sigmoid_derivative(x))


@_quiet
def softplus(x: ArrayLike) -> Array:
    """Round ReLU's corner: ln(1 + e^x). Dugas et al. (2001)."""
    x = as_real(x)
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


# ── the same as records, with formulas for the screen ──────────────────────────────────


@dataclass(frozen=True)
class Activation:
    """An activation: f and its derivative for numbers, and how both are written.

    `formula` and `derivative_formula` are for reading, in the letter x.
    """

    name: str
    f: Function
    derivative: Function
    formula: str
    derivative_formula: str

    def written(self, letter: str) -> str:
        """Write the formula in another letter."""
        return re.sub(r"(?<![A-Za-z])x(?![A-Za-z])", letter, self.formula)


_U_FORMULA = "u = √(2/π)·(x + 0.044715·x³)"


def leaky_relu(leak: float = 0.01) -> Activation:
    """Make a ReLU that lets a share of what is negative through. Maas, Hannun & Ng (2013).

    At the kink the slope is `leak`, the left one, as ReLU's is 0.
    """

    @_quiet
    def f(x: ArrayLike) -> Array:
        x = as_real(x)
        return settled(np.where(x > 0, x, leak * x if leak else 0.0), x.dtype)

    def derivative(x: ArrayLike) -> Array:
        x = as_real(x)
        return settled(np.where(x > 0, 1.0, leak), x.dtype)

    return Activation(
        "leaky_relu",
        f,
        derivative,
        f"x where x > 0, else {leak:g}·x",
        f"1 where x > 0, else {leak:g}",
    )


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("identity", identity, identity_derivative, "x", "1"),
        Activation("relu", relu, relu_derivative, "max(0, x)", "1 where x > 0, else 0"),
        leaky_relu(),
        Activation(
            "sigmoid",
            sigmoid,
            sigmoid_derivative,
            "1/(1 + e^−x)",
            "σ(x)·(1 − σ(x)) = e^−|x|/(1 + e^−|x|)²",
        ),
        Activation("tanh", tanh, tanh_derivative, "tanh(x)", "1 − tanh(x)²"),
        Activation(
            "elu", elu, elu_derivative, "x where x > 0, else e^x − 1", "1 where x > 0, else e^x"
        ),
        Activation(
            "gelu", gelu, gelu_derivative, "x·erfc(−x/√2)/2", "erfc(−x/√2)/2 + x·e^(−x²/2)/√(2π)"
        ),
        Activation(
            "gelu_tanh",
            gelu_tanh,
            gelu_tanh_derivative,
            f"x·(1 + tanh(u))/2, {_U_FORMULA}",
            f"σ(2u) + 2u′·x·σ(2u)·(1 − σ(2u)), {_U_FORMULA}",
        ),
        Activation("silu", silu, silu_derivative, "x/(1 + e^−x)", "σ(x)·(1 + x·(1 − σ(x)))"),
        Activation("softplus", softplus, sigmoid, "ln(1 + e^x)", "1/(1 + e^−x)"),
    )
}
